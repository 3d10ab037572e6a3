/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Preloaded into a program under test: kills it at the N-th moment that matters for durability - just before or just after
 * it flushes a file, renames one, or sends bytes to a peer.
 *   MIF_CRASH_AT=N       kill at event N (events counted from 1, two per call: before, after)
 *   MIF_CRASH_COUNT=FILE write the number of events seen when the process ends by itself
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static atomic_long seen;
static long crash_at = -1;

__attribute__((constructor)) static void start(void) {
  const char* at = getenv("MIF_CRASH_AT");
  if (at) crash_at = atol(at);
}

__attribute__((destructor)) static void report(void) {
  const char* path = getenv("MIF_CRASH_COUNT");
  if (!path) return;
  FILE* file = fopen(path, "w");
  if (!file) return;
  fprintf(file, "%ld\n", atomic_load(&seen));
  fclose(file);
}

static void event(void) {
  if (atomic_fetch_add(&seen, 1) + 1 == crash_at) kill(getpid(), SIGKILL);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

int fdatasync(int file) {
  event();
  const int result = REAL(fdatasync)(file);
  event();
  return result;
}

int fsync(int file) {
  event();
  const int result = REAL(fsync)(file);
  event();
  return result;
}

int rename(const char* from, const char* to) {
  event();
  const int result = REAL(rename)(from, to);
  event();
  return result;
}

/* A program that leaves without running destructors reports all the same. */
void _Exit(int code) {
  report();
  REAL(_exit)(code);
  __builtin_unreachable();
}

ssize_t send(int socket, const void* bytes, size_t n, int flags) {
  event();
  const ssize_t result = REAL(send)(socket, bytes, n, flags);
  event();
  return result;
}
