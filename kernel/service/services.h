// SPDX-License-Identifier: Apache-2.0
// Services is declared in deployment.h, beside the Deployment it stands on.
#pragma once

#include "kernel/service/deployment.h"
