// Every step by name, for all.cpp and for the tests.
#pragma once

#include "nodeagent/core/step.hpp"

namespace onenode::steps {

constexpr std::string_view block_name = "onenode";  // of our lines in files that others write too

extern constinit const Step account;
extern constinit const Step containers;
extern constinit const Step directories;
extern constinit const Step firewall;
extern constinit const Step guests;
extern constinit const Step host_certificate;
extern constinit const Step names;
extern constinit const Step ssh_in;
extern constinit const Step ssh_out;
extern constinit const Step sshd;
extern constinit const Step sudo;
extern constinit const Step libvirt_access;
extern constinit const Step libvirt_polkit;
extern constinit const Step libvirt_sockets;
extern constinit const Step selinux;

/// In the order of application.
std::span<const Step* const> all();

}  // namespace onenode::steps
