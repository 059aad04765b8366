// The eye for files, by inotify(7): it watches directories, since editors and tools put a new file in the place of the
// old one.
#pragma once

#include "nodeagent/watch/readable.hpp"

#include <atomic>
#include <map>
#include <mutex>
#include <set>

namespace onenode {

class Inotify : public FileEye {
public:
    static Result<std::unique_ptr<Inotify>> open(const one::asio::any_io_executor& executor);

    /// May be called on another thread than the rest, one call at a time: it looks up paths, which may take its time.
    Result<> watch(const std::vector<std::string>& paths) override;
    Async<Woken> changed(std::optional<std::chrono::milliseconds> limit) override;

private:
    explicit Inotify(Descriptor descriptor) : descriptor_(std::move(descriptor)) {}
    Result<int> add_nearest(const std::string& path, std::string& name);
    bool read_events();

    Descriptor descriptor_;
    std::map<int, std::set<std::string>> names_{};  // of each watched directory: those that matter
    std::mutex names_lock_{};
    std::atomic<int> adding_ = 0;  // calls of watch() whose names are not known yet
};

}  // namespace onenode
