// What goes on around the node while it is joined: its addresses come and go, it is called otherwise, libvirt stops and
// starts.
#pragma once

#include "nodeagent/watch/eyes.hpp"
#include "nodeagent/watch/standing.hpp"

#include <functional>
#include <string>
#include <vector>

namespace onenode {

struct AddressChange {
    std::vector<std::string> before{};
    std::vector<std::string> now{};
};

/// `changed` is called after the change is logged and told.
Async<> follow_addresses(const HostView& host, Eye& eye, Standing& standing, std::chrono::milliseconds quiet,
                         std::function<void(const AddressChange&)> changed);

Async<> follow_host_name(const HostView& host, Eye& eye, std::chrono::milliseconds quiet,
                         std::function<void()> changed);

/// Where OpenNebula's drivers reach it: the socket of one daemon or the other. `changed`: also where it only came back.
Async<> follow_libvirt(const HostView& host, FileEye& eye, Standing& standing, std::chrono::milliseconds quiet,
                       std::function<void()> changed);

/// What decides whether the front-end gets in and may work here, and is not (only) ours: accounts, sudo's rules, sshd's
/// settings, who may write above oneadmin's keys. On the worker the eye is told where: a home on a file system whose
/// server is dead holds who looks up a path there.
Async<> follow_way_in(FileEye& eye, one::asio::thread_pool& worker, std::chrono::milliseconds quiet,
                      std::function<void()> changed);

}  // namespace onenode
