// What oneadmin's logins take from the modes of new files: PAM sets it before the shell's own files are read.
#pragma once

#include "nodeagent/core/step.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace onenode::steps {

constexpr std::string_view shell_settings = "/var/lib/one/.bashrc";
constexpr std::array<std::string_view, 10> login_files{"/etc/login.defs",          "/etc/default/login",
                                                       "/etc/pam.d/sshd",          "/etc/pam.d/common-session",
                                                       "/etc/pam.d/postlogin",     "/etc/pam.d/system-auth",
                                                       "/etc/pam.d/password-auth", "/etc/pam.d/common-session-pc",
                                                       "/etc/pam.d/login",         shell_settings};

constexpr std::uint32_t usual_umask = 022;
/// QEMU and others can read what is made with it.
bool lets_others_read(std::uint32_t umask);
/// What PAM gives a login over SSH; the usual one where it gives none.
std::uint32_t login_umask(const Facts& facts);
/// The usual one in the file that bash reads for commands over SSH, too.
Changes want_login_umask(const Facts& facts);

}  // namespace onenode::steps
