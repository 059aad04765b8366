// A clock of its own for a machine: preloaded, adds the seconds found in /etc/stage-clock to the time of day.
//
// Time namespaces cover only the monotonic clocks. This reads shared memory and calls nothing but clock_gettime, so it
// works under sshd's seccomp filter, and a changed offset makes the clock of running programs jump.
// What waits in the kernel for an absolute time of day still waits for the true one.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const long none = 0;
static const volatile long* offset = &none;

__attribute__((constructor)) static void find_offset(void)
{
    const int file = open("/etc/stage-clock", O_RDONLY | O_CLOEXEC);
    if (file < 0) return;
    void* shared = mmap(NULL, sizeof(long), PROT_READ, MAP_SHARED, file, 0);
    if (shared != MAP_FAILED) offset = shared;
    close(file);
}

int clock_gettime(clockid_t clock, struct timespec* now)
{
    const long result = syscall(SYS_clock_gettime, clock, now);
    if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec += *offset;
    return (int)result;
}

time_t time(time_t* result)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (result) *result = now.tv_sec;
    return now.tv_sec;
}

int gettimeofday(struct timeval* restrict result, void* restrict zone)
{
    (void)zone;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    result->tv_sec = now.tv_sec;
    result->tv_usec = now.tv_nsec / 1000;
    return 0;
}

int timespec_get(struct timespec* now, int base)
{
    return base == TIME_UTC && clock_gettime(CLOCK_REALTIME, now) == 0 ? base : 0;
}
