// A front-end and a node on one machine for as long as one test program runs: two network and mount namespaces joined
// by a cable, so that nothing of the machine itself is touched and nothing is left.
//
// The front-end is the test program's own process. Both sides have their own /home/of/oneadmin, /var/tmp and /run below
// a memory file system, and share the machine's programs.
#pragma once

#include "common/result.hpp"
#include "frontend/config.hpp"
#include "frontend/enroll/node.hpp"

#include <memory>
#include <string>
#include <sys/types.h>
#include <vector>

namespace stage {

inline constexpr auto frontend_address = "10.77.0.1";
inline constexpr auto node_address = "10.77.0.5";
inline constexpr auto node_name = "node1";
inline constexpr auto home = "/mnt/home";            // of oneadmin, another one on each side
inline constexpr auto node_home = "/mnt/node/home";  // the node's, seen from here
inline constexpr auto remotes = "/mnt/remotes";

/// Ends with its scope.
class Process {
public:
    explicit Process(std::vector<std::string> argv);
    ~Process();
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;
    [[nodiscard]] pid_t id() const { return id_; }

private:
    pid_t id_ = -1;
};

/// Call once, before any thread. Where this is not possible, the reason is in `unavailable()` and tests skip.
void build();
const std::string& unavailable();

/// A script for `sh -eu`; fails the test with its output where it fails.
void here(const std::string& script);
void on_node(const std::string& script);
std::string read(const std::string& path);
void write(const std::string& path, const std::string& text);

/// sshd of the node, with these lines before the usual ones; ready when this returns.
std::unique_ptr<Process> start_sshd(const std::string& more_settings = "");
/// A socket of the node that takes connections and never says a word.
int listen_on_node(int port);

onefrontend::Config config();
/// node1 with the host keys that its sshd shows.
onefrontend::Node node();
/// Home, keys, sudo rules, remotes and folders as a good join leaves them.
void reset();

}  // namespace stage
