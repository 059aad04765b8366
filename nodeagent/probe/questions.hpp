// What onenode-probe can be asked. Every answer is a JSON object with `problem`: why not, empty where all is well.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <chrono>
#include <cstdint>
#include <string>

namespace onenode::probe {

struct LibvirtLimits {
    std::chrono::milliseconds open{3000};  // a daemon that is well
    std::chrono::milliseconds all{9000};   // one that was just started and asks each QEMU; onenode waits ten seconds
};

/// libvirt at `uri`, read-write and read-only: uuid and domain types for guests of `architecture`, names of active
/// domains.
nlohmann::json ask_libvirt(const std::string& uri, const std::string& architecture, LibvirtLimits limits = {});

/// Makes a virtual machine on this device and throws it away.
nlohmann::json ask_kvm(const std::string& device);

struct SshLimits {
    std::chrono::milliseconds connect{1000};   // on an address of this machine
    std::chrono::milliseconds greeting{6000};  // it has taken the call; a busy machine takes its time to speak
};

/// The first line that whoever listens there says; `accepted` where somebody took the call.
nlohmann::json ask_ssh(const std::string& address, std::uint16_t port, SshLimits limits = {});

/// Whether somebody takes a connection there.
nlohmann::json ask_tcp(const std::string& address, std::uint16_t port, std::chrono::milliseconds limit);

/// Whether something keeps the kernel's clock right.
nlohmann::json ask_clock();

}  // namespace onenode::probe
