// A real sshd on a free port of the loopback, without PAM: the strictest judge of accounts, keys and modes.
#pragma once

#include <sys/types.h>

#include <string>

namespace onenode {

class Sshd {
public:
    /// `host_key` is a private key file; what sshd says goes to `log`; `lines`: more of its configuration.
    Sshd(const std::string& host_key, const std::string& directory, const std::string& lines = {});
    ~Sshd();
    Sshd(const Sshd&) = delete;
    Sshd& operator=(const Sshd&) = delete;
    [[nodiscard]] int port() const { return port_; }
    [[nodiscard]] std::string log() const;

private:
    std::string log_{};
    int port_ = 0;
    pid_t pid_ = -1;
};

}  // namespace onenode
