// The very steps and words of OpenNebula's one_im_ssh, with errors lost where it loses them.
#include "tests/oned-sim/monitor/driver.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

namespace onedsim {
namespace {

constexpr int script_not_there = 42;
constexpr int could_not_run = 255;

/// Lines of standard error run together, which is how the driver hands them on.
std::string joined_lines(std::string_view text)
{
    std::string joined;
    for (const auto& line : one::split_lines(text))
        joined += one::trim(line);
    return joined;
}

}  // namespace

void SshDriver::finish()
{
    std::list<Worker> last;
    {
        const std::lock_guard lock{mutex_};
        last.swap(workers_);
    }
}

void SshDriver::in_background(std::function<void()> work)
{
    const std::lock_guard lock{mutex_};
    workers_.remove_if([](const Worker& worker) { return worker.done.load(); });
    auto& worker = workers_.emplace_back();
    worker.thread = std::jthread{[this, &worker, work = std::move(work)] {
        slots_.acquire();
        work();
        slots_.release();
        worker.done = true;
    }};
}

void SshDriver::start_monitor(DriverJob job)
{
    in_background([this, job = std::move(job)] { start(job); });
}

void SshDriver::stop_monitor(DriverJob job)
{
    in_background([this, job = std::move(job)] { run_script("stop_monitord_client", job); });
}

void SshDriver::start(const DriverJob& job)
{
    if (!synchronise(job.name)) return started_(job.host, false, "Could not update remotes");
    const auto output = run_script("run_monitord_client", job);
    const std::string text = output.ok() ? output.out : joined_lines(output.err);
    started_(job.host, output.ok(), text.empty() ? "-" : text);
}

bool SshDriver::synchronise(const std::string& node)
{
    // The remote command is a bare `exec`: what OpenNebula puts after it runs on the front-end. Nobody looks at the
    // result.
    one::Command log_in{
        .argv = {"ssh", "-n", node, "exec"}, .environment = settings_.environment, .limit = std::chrono::hours{24}};
    (void)one::run_command(log_in);

    const auto shown = fmt::format("exec 2>/dev/null; cd '{}'/ && rsync -LRaz --delete . '{}':'{}'/", settings_.remotes,
                                   node, settings_.target);
    one::Command sync{.argv = {"rsync", "-LRaz", "--delete", ".", fmt::format("{}:{}/", node, settings_.target)},
                      .directory = settings_.remotes,
                      .environment = settings_.environment,
                      .limit = std::chrono::hours{24}};
    const auto done = one::run_command(sync);
    const int code = done ? done->exit_code : 127;
    if (code == 0) return true;
    log_.info("MDP", fmt::format("Command execution failed (exit code: {}): {}", code, shown));
    log_.info("MDP", "Received UNDEFINED msg: \n");  // the driver prints the command's empty output to its own pipe
    return false;
}

void SshDriver::copy_over(const std::string& node)
{
    log_.info("MDP", "Remote worker node files not found");
    log_.info("MDP", "Updating remotes");
    const auto make = fmt::format("mkdir -p {}", settings_.target);
    run({"ssh", "-n", node, make}, make);
    const auto copy = fmt::format("scp -rp {}/* {}:{}", settings_.remotes, node, settings_.target);
    run({"sh", "-c", copy}, copy);
}

one::CommandOutput SshDriver::run_script(const std::string& script, const DriverJob& job)
{
    const auto path = fmt::format("{}/im/{}", settings_.target, script);
    const auto remote = fmt::format("if [ -x \"{0}\" ]; then {0} {1} {2} {3}; else {4:29}exit 42; fi", path, job.im_mad,
                                    job.host, job.name, "");
    const std::vector<std::string> argv{"ssh", job.name, remote};
    const auto shown = "'" + remote + "'";
    auto output = run(argv, shown, job.input, settings_.limit);
    for (int left = settings_.retries; output.exit_code != 0 && left != 0; --left) {
        if (output.exit_code == script_not_there) copy_over(job.name);
        std::this_thread::sleep_for(settings_.between_tries);
        output = run(argv, shown, job.input, settings_.limit);
    }
    return output;
}

one::CommandOutput SshDriver::run(std::vector<std::string> argv, const std::string& shown, const std::string& input,
                                  std::chrono::milliseconds limit)
{
    const one::Command command{.argv = std::move(argv),
                               .input = input,
                               .environment = settings_.environment,
                               .limit = limit,
                               .output_limit = 16UL * 1024 * 1024};
    auto done = one::run_command(command);
    if (!done) {
        const auto text = done.error().kind == one::ErrorKind::timeout ? "Timeout executing " + shown
                                                                       : "Internal error " + done.error().reason;
        log_.info("MDP", text);
        return {.exit_code = could_not_run, .err = text};
    }
    if (!done->ok()) {
        log_.info("MDP", fmt::format("Command execution failed (exit code: {}): {}", done->exit_code, shown));
        for (const auto& line : one::split_lines(done->err))
            if (const auto trimmed = one::trim(line); !trimmed.empty()) log_.info("MDP", trimmed);
    }
    return *std::move(done);
}

}  // namespace onedsim
