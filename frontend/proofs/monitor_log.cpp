// Reads onemonitord's log in pieces, over a rotation too, and looks for lines in it.
#include "frontend/proofs/monitor_log.hpp"

#include <boost/asio/this_coro.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <utility>

namespace onefrontend {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t largest_read = 1024UL * 1024;
constexpr std::uint64_t look_back = 8UL * 1024 * 1024;
constexpr std::chrono::milliseconds between_looks{100};

one::Failure failure(const std::string& path)
{
    auto error = one::error_from_errno(errno, path);
    error.doing = "read onemonitord's log";
    if (error.next.empty())
        error.next = "set monitor_log to the file that monitord.conf's LOG writes, readable by this process";
    return one::fail(std::move(error));
}

bool stands_in(std::string_view log, std::string_view text)
{
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    for (auto at = log.find(text); at != std::string_view::npos; at = log.find(text, at + 1)) {
        const std::string_view rest = log.substr(at + text.size());
        if (rest.empty() || !digit(rest.front()) || text.empty() || !digit(text.back())) return true;
    }
    return false;
}

/// logrotate copies the log to a name with a date and empties it: what was written just before stands only there.
std::string rotated_away(const std::string& path)
{
    constexpr std::chrono::minutes just_now{10};
    const fs::path log{path};
    const std::string stem = log.filename().string();
    fs::path newest;
    fs::file_time_type newest_time = fs::file_time_type::clock::now() - just_now;
    std::error_code ignored;  // without the folder there is nothing to look at
    for (fs::directory_iterator entry{log.parent_path(), ignored}, end; !ignored && entry != end;
         entry.increment(ignored)) {
        const std::string name = entry->path().filename().string();
        if (name == stem || !name.starts_with(stem) || name.ends_with(".gz")) continue;
        std::error_code vanished;
        const auto time = entry->last_write_time(vanished);
        if (vanished || time <= newest_time) continue;
        newest = entry->path();
        newest_time = time;
    }
    return newest.string();
}

/// The end of a file, at most `most` bytes.
one::Result<std::string> tail_of(const std::string& path, std::uint64_t most)
{
    MonitorLog log{path};
    TRY(log.skip_to_end(most));
    std::string text;
    while (text.size() < 2 * most) {  // it grows while we read
        TRY_LET(const std::string bytes, log.read_on());
        if (bytes.empty()) break;
        text += bytes;
    }
    return text;
}

void forget_found(std::vector<std::string>& texts, std::string_view log)
{
    std::erase_if(texts, [&](const std::string& text) { return stands_in(log, text); });
}

}  // namespace

MonitorLog::~MonitorLog()
{
    close();
}

MonitorLog::MonitorLog(MonitorLog&& other) noexcept :
    path_(std::move(other.path_)), file_(std::exchange(other.file_, -1)), offset_(other.offset_)
{
}

MonitorLog& MonitorLog::operator=(MonitorLog&& other) noexcept
{
    if (this == &other) return *this;
    close();
    path_ = std::move(other.path_);
    file_ = std::exchange(other.file_, -1);
    offset_ = other.offset_;
    return *this;
}

void MonitorLog::close()
{
    if (file_ >= 0) ::close(file_);
    file_ = -1;
    offset_ = 0;
}

one::Result<> MonitorLog::open_if_closed()
{
    if (file_ >= 0) return {};
    file_ = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);  // a FIFO of that name must not stop us
    offset_ = 0;
    if (file_ < 0 && errno != ENOENT) return failure(path_);
    return {};
}

/// Another file has the name now.
bool MonitorLog::replaced() const
{
    struct stat ours {};
    struct stat named {};
    if (::fstat(file_, &ours) != 0 || ::stat(path_.c_str(), &named) != 0) return false;  // no new one yet: keep ours
    return ours.st_ino != named.st_ino || ours.st_dev != named.st_dev;
}

one::Result<> MonitorLog::skip_to_end(std::uint64_t before_end)
{
    close();
    TRY(open_if_closed());
    if (file_ < 0) return {};
    struct stat now {};
    if (::fstat(file_, &now) != 0) return failure(path_);
    const auto size = static_cast<std::uint64_t>(now.st_size);
    offset_ = size - std::min(size, before_end);
    return {};
}

one::Result<std::string> MonitorLog::read_on()
{
    TRY(open_if_closed());
    if (file_ < 0) return std::string{};
    struct stat now {};
    if (::fstat(file_, &now) != 0) return failure(path_);
    if (static_cast<std::uint64_t>(now.st_size) < offset_) offset_ = 0;  // truncated in place, as copytruncate does

    std::string bytes(largest_read, '\0');
    const auto count = ::pread(file_, bytes.data(), bytes.size(), static_cast<off_t>(offset_));
    if (count < 0) return failure(path_);
    bytes.resize(static_cast<std::size_t>(count));
    offset_ += bytes.size();
    if (bytes.empty() && replaced()) {
        close();
        return read_on();
    }
    return bytes;
}

one::Async<one::Result<std::vector<std::string>>> missing_in_log(one::asio::thread_pool& pool, std::string path,
                                                                 std::vector<std::string> texts,
                                                                 std::chrono::milliseconds limit,
                                                                 std::chrono::milliseconds lag)
{
    auto deadline = std::chrono::steady_clock::now() + limit;
    const std::string log_path = std::move(path);
    MonitorLog log{log_path};
    CO_TRY(log.skip_to_end(look_back));
    std::string unfinished;  // the line whose end was not written yet
    while (!texts.empty()) {
        auto read = [&log] { return log.read_on(); };
        CO_TRY_LET(const std::string bytes, co_await one::off_the_loop(pool, std::move(read)));
        unfinished += bytes;
        const auto wanted = texts.size();
        forget_found(texts, unfinished);
        if (texts.size() < wanted) deadline = std::min(deadline, std::chrono::steady_clock::now() + lag);
        if (const auto end = unfinished.rfind('\n'); end != std::string::npos) unfinished.erase(0, end + 1);
        if (unfinished.size() > largest_read) unfinished.clear();
        if (!bytes.empty()) continue;
        const auto left = deadline - std::chrono::steady_clock::now();
        if (left <= left.zero() ||
            !co_await one::pause(std::min<std::chrono::steady_clock::duration>(between_looks, left)))
            break;
    }
    if (const std::string older = rotated_away(log_path); !texts.empty() && !older.empty()) {
        auto read = [older] { return tail_of(older, look_back); };
        CO_TRY_LET(const std::string text, co_await one::off_the_loop(pool, std::move(read)));
        forget_found(texts, text);
    }
    co_return texts;
}

one::Result<std::string> reason_for_host(const std::string& log_path, int host_id)
{
    TRY_LET(const std::string text, tail_of(log_path, look_back));
    if (std::string reason = reason_for_host_in(text, host_id); !reason.empty()) return reason;
    const std::string older = rotated_away(log_path);
    if (older.empty()) return std::string{};
    TRY_LET(const std::string before, tail_of(older, look_back));
    return reason_for_host_in(before, host_id);
}

}  // namespace onefrontend
