/* SPDX-License-Identifier: Apache-2.0 */
/* The one source of the SDK's version: CMake reads it, the handshake compares it. */
#ifndef MIF_VERSION_H
#define MIF_VERSION_H

#define MIF_ABI_MAJOR 1
#define MIF_SDK_VERSION_MAJOR 1
#define MIF_SDK_VERSION_MINOR 0
#define MIF_SDK_VERSION_PATCH 0
#define MIF_SDK_VERSION_STRING "1.0.0"
/* 0x00MMmmpp */
#define MIF_SDK_VERSION \
  ((MIF_SDK_VERSION_MAJOR << 16) | (MIF_SDK_VERSION_MINOR << 8) | MIF_SDK_VERSION_PATCH)

#endif
