#pragma once
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <pthread.h>
#include <string.h>

// Not in Swift's Glibc module.
static inline void laminar_name_thread(const char *name) {
    char shown[16] = {0};
    strncpy(shown, name, sizeof shown - 1);
#ifdef __APPLE__
    pthread_setname_np(shown);
#else
    extern int pthread_setname_np(pthread_t, const char *);
    pthread_setname_np(pthread_self(), shown);
#endif
}
