// libssh runs non-blocking here: each call says "again" until the socket has more, and our deadline ends the waiting,
// also against a peer that sends one byte a second.
#include "frontend/proofs/pinned_login.hpp"

#include "common/ssh/public_key.hpp"
#include "common/text/printable.hpp"
#include "common/text/words.hpp"
#include "frontend/proofs/finding.hpp"
#include "frontend/proofs/tcp_connect.hpp"

#include <fmt/format.h>
#include <libssh/libssh.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>

namespace onefrontend {
namespace {

using one::ErrorKind;
using one::Result;

struct Free {
    void operator()(ssh_session session) const { ::ssh_free(session); }
    void operator()(ssh_key key) const { ::ssh_key_free(key); }
    void operator()(ssh_channel channel) const { ::ssh_channel_free(channel); }
    void operator()(char* text) const { ::ssh_string_free_char(text); }
};
using Session = std::unique_ptr<std::remove_pointer_t<ssh_session>, Free>;
using Key = std::unique_ptr<std::remove_pointer_t<ssh_key>, Free>;
using Channel = std::unique_ptr<std::remove_pointer_t<ssh_channel>, Free>;
using Text = std::unique_ptr<char, Free>;

constexpr std::size_t output_limit = 64 * 1024;

struct Attempt {
    const PinnedLogin& login;
    ssh_session session;
    Deadline end;
};

one::Failure failed(const Attempt& attempt, ErrorKind kind, std::string reason, std::string next)
{
    return one::fail({.kind = kind,
                      .thing = towards_node(attempt.login.address, attempt.login.port),
                      .reason = std::move(reason),
                      .next = std::move(next),
                      .doing = "log in,"});
}

one::Failure timed_out(const Attempt& attempt, std::string_view where)
{
    const auto seconds = static_cast<double>(attempt.login.limit.count()) / 1000;
    return failed(
        attempt, ErrorKind::timeout,
        fmt::format("sshd took the connection but did not get through {} within {} s; usually it is overloaded, or "
                    "waits for DNS, a directory service or PAM",
                    where, seconds),
        "on the node: time ssh localhost true, journalctl -u ssh; UseDNS no in sshd_config");
}

std::string word_of(const Attempt& attempt)
{
    return one::plain_line(::ssh_get_error(attempt.session));
}

// Nothing: the deadline passed.
template <class Step>
std::optional<int> until_done(const Attempt& attempt, int again, Step step)
{
    for (;;) {
        const int outcome = step();
        if (outcome != again) return outcome;
        const bool more = (::ssh_get_poll_flags(attempt.session) & SSH_WRITE_PENDING) != 0;
        if (!wait_for(::ssh_get_fd(attempt.session), static_cast<short>(POLLIN | (more ? POLLOUT : 0)), attempt.end))
            return {};
    }
}

// Only the types we have a pin for are offered, so that sshd shows a key we can compare.
std::string algorithms_for(const std::vector<one::ssh::PublicKey>& pinned)
{
    std::vector<std::string> names;
    for (const auto& key : pinned) {
        if (key.type == "ssh-rsa")
            names.insert(names.end(), {"rsa-sha2-512", "rsa-sha2-256"});
        else
            names.push_back(key.type);
    }
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return one::join(names, ",");
}

Result<std::vector<one::ssh::PublicKey>> pins_of(const Attempt& attempt)
{
    std::vector<one::ssh::PublicKey> pinned;
    for (const auto& line : attempt.login.host_keys)
        if (auto key = one::ssh::parse_public_key(line)) pinned.push_back(*std::move(key));
    if (pinned.empty())
        return failed(attempt, ErrorKind::untrusted, "the node gave us no SSH host key to pin",
                      "on the node: ssh-keygen -A, then join again");
    return pinned;
}

bool prepare(const Attempt& attempt, const std::vector<one::ssh::PublicKey>& pinned)
{
    const auto set = [&](ssh_options_e option, const void* value) {
        return ::ssh_options_set(attempt.session, option, value) == SSH_OK;
    };
    const PinnedLogin& login = attempt.login;
    const bool no_config = false;
    return set(SSH_OPTIONS_PROCESS_CONFIG, &no_config) && set(SSH_OPTIONS_HOST, login.address.c_str()) &&
           set(SSH_OPTIONS_PORT, &login.port) && set(SSH_OPTIONS_USER, login.user.c_str()) &&
           set(SSH_OPTIONS_SSH_DIR, login.ssh_directory.c_str()) && set(SSH_OPTIONS_KNOWNHOSTS, "/dev/null") &&
           set(SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null") &&
           set(SSH_OPTIONS_HOSTKEYS, algorithms_for(pinned).c_str()) &&
           set(SSH_OPTIONS_IDENTITY_AGENT, login.agent_socket.empty() ? "none" : login.agent_socket.c_str());
}

Result<> check_host_key(const Attempt& attempt, const std::vector<one::ssh::PublicKey>& pinned)
{
    ssh_key raw = nullptr;
    char* base64 = nullptr;
    if (::ssh_get_server_publickey(attempt.session, &raw) != SSH_OK)
        return failed(attempt, ErrorKind::untrusted, "sshd showed no host key", "on the node: ssh-keygen -A");
    const Key key{raw};
    ::ssh_pki_export_pubkey_base64(key.get(), &base64);
    const Text owned{base64};
    one::ssh::PublicKey shown{.type = ::ssh_key_type_to_char(::ssh_key_type(key.get())), .blob = base64 ? base64 : ""};
    if (std::ranges::any_of(pinned, [&](const auto& pin) { return pin.blob == shown.blob; })) return {};
    std::string known;
    for (const auto& pin : pinned)
        known += ' ' + fingerprint(pin);
    return failed(
        attempt, ErrorKind::untrusted,
        fmt::format("another machine answers there, or its host keys changed: it shows {} {}, the node named{}",
                    shown.type, fingerprint(shown), known),
        fmt::format("on the node: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub, and whether {} is its address; "
                    "if its keys changed, join again",
                    attempt.login.address));
}

Result<> greet(const Attempt& attempt, const std::vector<one::ssh::PublicKey>& pinned)
{
    const auto outcome = until_done(attempt, SSH_AGAIN, [&] { return ::ssh_connect(attempt.session); });
    if (!outcome) return timed_out(attempt, "its greeting");
    if (*outcome == SSH_OK) return check_host_key(attempt, pinned);
    const auto word = word_of(attempt);
    if (word.find("host key algo") != std::string::npos)
        return failed(attempt, ErrorKind::untrusted,
                      fmt::format("sshd has no host key of the types the node named ({})", algorithms_for(pinned)),
                      "on the node: sshd -T | grep hostkey; then join again");
    return failed(
        attempt, ErrorKind::unreachable,
        fmt::format("sshd broke off before the login ({}); usually MaxStartups, fail2ban or no sshd at all", word),
        "on the node: journalctl -u ssh -n 20");
}

Result<> authenticate(const Attempt& attempt)
{
    const auto outcome = until_done(attempt, SSH_AUTH_AGAIN,
                                    [&] { return ::ssh_userauth_publickey_auto(attempt.session, nullptr, nullptr); });
    const PinnedLogin& login = attempt.login;
    if (!outcome) return timed_out(attempt, "the login");
    if (*outcome == SSH_AUTH_SUCCESS) return {};
    if (*outcome == SSH_AUTH_PARTIAL)
        return failed(attempt, ErrorKind::denied, fmt::format("sshd wants more than {}'s key", login.user),
                      fmt::format("on the node: sshd -T -C user={} | grep -i authenticationmethods", login.user));
    if (*outcome == SSH_AUTH_DENIED)
        return failed(
            attempt, ErrorKind::denied,
            fmt::format("sshd refused {}'s key; usually authorized_keys, its mode, or AllowUsers", login.user),
            fmt::format(
                "on the node: journalctl -u ssh -n 20; sshd -T -C user={} | grep -i -e allow -e deny -e keysfile",
                login.user));
    return failed(attempt, ErrorKind::denied, fmt::format("the login broke off ({})", word_of(attempt)),
                  "on the node: journalctl -u ssh -n 20");
}

void read_into(std::string& text, ssh_channel channel, int standard_error)
{
    std::array<char, 4096> piece;
    int count = 0;
    while ((count = ::ssh_channel_read_nonblocking(channel, piece.data(), piece.size(), standard_error)) > 0)
        text.append(piece.data(),
                    std::min(static_cast<std::size_t>(count), output_limit - std::min(output_limit, text.size())));
}

Result<std::string> run(const Attempt& attempt)
{
    const Channel channel{::ssh_channel_new(attempt.session)};
    const auto opened = until_done(attempt, SSH_AGAIN, [&] { return ::ssh_channel_open_session(channel.get()); });
    if (!opened) return timed_out(attempt, "opening a session");
    if (*opened != SSH_OK)
        return failed(attempt, ErrorKind::denied, fmt::format("sshd opens no session ({})", word_of(attempt)),
                      "on the node: sshd -T | grep -i maxsessions");
    const auto started = until_done(
        attempt, SSH_AGAIN, [&] { return ::ssh_channel_request_exec(channel.get(), attempt.login.command.c_str()); });
    if (!started) return timed_out(attempt, "starting a command");
    if (*started != SSH_OK)
        return failed(attempt, ErrorKind::denied, "sshd starts no command for this account",
                      fmt::format("on the node: getent passwd {}; journalctl -u ssh -n 20", attempt.login.user));

    std::string out;
    std::string ignored;
    const auto ended = until_done(attempt, SSH_AGAIN, [&] {
        read_into(out, channel.get(), 0);
        read_into(ignored, channel.get(), 1);
        return ::ssh_channel_is_eof(channel.get()) || ::ssh_channel_is_closed(channel.get()) ? SSH_OK : SSH_AGAIN;
    });
    if (!ended) return timed_out(attempt, "a command");
    return out;
}

}  // namespace

Result<std::string> log_in_pinned(const PinnedLogin& login)
{
    const Deadline end = std::chrono::steady_clock::now() + login.limit;
    TRY_LET(one::Fd socket, connect_tcp(login.address, login.port, end - login.limit / 2));
    const Session session{::ssh_new()};
    const Attempt attempt{login, session.get(), end};
    TRY_LET(const auto pinned, pins_of(attempt));
    const int descriptor = socket.get();
    if (!session || !prepare(attempt, pinned) ||
        ::ssh_options_set(session.get(), SSH_OPTIONS_FD, &descriptor) != SSH_OK)
        return failed(attempt, ErrorKind::internal, "libssh could not be set up", "look at the log of onefrontend");
    ::ssh_set_blocking(session.get(), 0);
    socket.release();  // ssh_connect takes it, ssh_free closes it
    TRY(greet(attempt, pinned));
    TRY(authenticate(attempt));
    return run(attempt);
}

}  // namespace onefrontend
