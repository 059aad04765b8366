// From /proc/self and getrusage(2).
#include "frontend/api/process.hpp"

#include "common/text/exposition.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace onefrontend::api {
namespace {

double seconds(const timeval& time)
{
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

std::int64_t count_descriptors()
{
    std::error_code failed;
    const std::filesystem::directory_iterator all{"/proc/self/fd", failed};
    return failed ? 0 : std::distance(begin(all), end(all)) - 1;  // one of them is this look
}

}  // namespace

std::string process_metrics(std::int64_t started)
{
    one::Exposition to{"process"};
    std::int64_t pages = 0;
    std::int64_t resident = 0;
    if (std::ifstream{"/proc/self/statm"} >> pages >> resident)
        to.single("resident_memory_bytes", "Resident memory size in bytes.", resident * ::sysconf(_SC_PAGESIZE));
    if (const auto descriptors = count_descriptors(); descriptors > 0)
        to.single("open_fds", "Number of open file descriptors.", descriptors);
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0)
        to.single("max_fds", "Maximum number of open file descriptors.", static_cast<std::int64_t>(limit.rlim_cur));
    rusage used{};
    if (::getrusage(RUSAGE_SELF, &used) == 0) {
        to.family("cpu_seconds_total", "Total user and system CPU time spent in seconds.", "counter");
        to.real_sample(seconds(used.ru_utime) + seconds(used.ru_stime));
    }
    to.single("start_time_seconds", "Start time of the process since unix epoch in seconds.", started);
    return std::move(to.text);
}

}  // namespace onefrontend::api
