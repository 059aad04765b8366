#include "tests/integration/proofs/stage.hpp"

#include "common/command.hpp"
#include "common/text/words.hpp"
#include "frontend/proofs/tcp_connect.hpp"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <fstream>
#include <sched.h>
#include <sstream>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include <csignal>

namespace stage {
namespace {

std::string reason_why_not;
std::unique_ptr<Process> node_holder;  // keeps the node's namespaces

// The memory file system on /mnt holds everything; accounts, names and rules of the machine are covered by our own.
constexpr auto cover_the_machine = R"sh(
mount -t tmpfs -o mode=0755 stage /mnt
mount -t tmpfs -o mode=0755 stage-run /run
mount -t tmpfs -o mode=1777 stage-tmp /var/tmp
mkdir -p /mnt/home /mnt/frontend /mnt/node/home /mnt/etc /run/sshd /run/onenode
cover() { cat > /mnt/etc/$1; mount --bind /mnt/etc/$1 /etc/$1; }
{ grep -v -e '^oneadmin:' -e ':9869:' /etc/passwd; echo 'oneadmin:x:9869:9869::/mnt/home:/bin/bash'; } | cover passwd
{ grep -v -e '^oneadmin:' -e ':9869:' /etc/group; echo 'oneadmin:x:9869:'; } | cover group
{ grep -v '^oneadmin:' /etc/shadow; echo 'oneadmin:*:19000:0:99999:7:::'; } | cover shadow
chmod 0640 /mnt/etc/shadow
printf '127.0.0.1 localhost\n10.77.0.5 node1 Node-Upper\n10.77.0.9 elsewhere\n127.0.0.1 bent\n' | cover hosts
printf 'passwd: files\ngroup: files\nshadow: files\nhosts: files\n' | cover nsswitch.conf
mount --bind /mnt/frontend /mnt/home
ip link set lo up
)sh";

constexpr auto cover_the_node = R"sh(
mount -t tmpfs -o mode=1777 node-tmp /var/tmp
mount --bind /mnt/node/home /mnt/home
cat > /mnt/node/sudoers </dev/null
chmod 0440 /mnt/node/sudoers
mount --bind /mnt/node/sudoers /etc/sudoers
ip link set lo up
)sh";

constexpr auto join_them = R"sh(
ip link add fe0 type veth peer name node0 netns "$1"
ip addr add 10.77.0.1/24 dev fe0
ip link set fe0 up
nsenter -t "$1" -n ip addr add 10.77.0.5/24 dev node0
nsenter -t "$1" -n ip link set node0 up
ssh-keygen -q -t ed25519 -N '' -f /mnt/node/host_key
ssh-keygen -q -t ed25519 -N '' -f /mnt/other_key
ssh-keygen -q -t ed25519 -N '' -C oneadmin -f /mnt/oneadmin_key
)sh";

constexpr auto fresh_start = R"sh(
rm -rf /mnt/frontend/.ssh /mnt/node/home/.ssh /mnt/node/home/.bashrc /mnt/remotes /run/onenode/*
mkdir -p -m 0700 /mnt/frontend/.ssh /mnt/node/home/.ssh
cp /mnt/oneadmin_key /mnt/frontend/.ssh/id_ed25519
cp /mnt/oneadmin_key.pub /mnt/node/home/.ssh/authorized_keys
chmod 0600 /mnt/frontend/.ssh/id_ed25519
printf 'Host *\n  StrictHostKeyChecking accept-new\n' > /mnt/frontend/.ssh/config
mkdir -p /mnt/remotes/im/kvm.d
for category in host/beacon host/system host/monitor vm/status vm/monitor; do
  mkdir -p /mnt/remotes/im/kvm-probes.d/$category
  printf '#!/bin/sh\nexit 0\n' > /mnt/remotes/im/kvm-probes.d/$category/fine.sh
done
chmod -R a+rX /mnt/remotes
chmod 0755 /mnt/remotes/im/kvm-probes.d/*/*/fine.sh
chown -R oneadmin: /mnt/frontend /mnt/node/home /mnt/remotes
rm -rf /var/tmp/one /var/tmp/one_db
)sh";

constexpr auto fresh_node = R"sh(
printf 'oneadmin ALL=(ALL:ALL) NOPASSWD: /usr/sbin/ip link *\n' > /etc/sudoers
mount -o remount,exec,size=64m /var/tmp
rm -rf /var/tmp/one /var/tmp/one_db
)sh";

one::Result<one::CommandOutput> run(std::vector<std::string> argv)
{
    return one::run_command({.argv = std::move(argv), .limit = std::chrono::seconds{20}});
}

std::string complaint(const one::Result<one::CommandOutput>& output)
{
    if (!output) return to_line(output.error());
    return output->ok() ? "" : output->err + output->out;
}

std::string enter_namespaces()
{
    if (::geteuid() != 0) return "namespaces need root";
    if (::unshare(CLONE_NEWNS | CLONE_NEWNET) != 0) return "this kernel or container gives no namespaces";
    if (::mount("", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return "mounts cannot be made private here";
    if (auto failed = complaint(run({"sh", "-euc", cover_the_machine})); !failed.empty()) return failed;
    node_holder = std::make_unique<Process>(
        std::vector<std::string>{"unshare", "--net", "--mount", "--propagation", "private", "sh", "-euc",
                                 std::string{cover_the_node} + "touch /run/node-is-there; exec sleep 3600"});
    for (int tries = 0; ::access("/run/node-is-there", F_OK) != 0; ++tries) {
        if (tries == 500) return "the node's namespaces did not come up";
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
    return complaint(run({"sh", "-euc", join_them, "sh", std::to_string(node_holder->id())}));
}

void must_succeed(const one::Result<one::CommandOutput>& output)
{
    const auto failed = complaint(output);
    ASSERT_EQ(failed, "");
}

}  // namespace

Process::Process(std::vector<std::string> argv)
{
    std::vector<char*> words;
    for (auto& word : argv)
        words.push_back(word.data());
    words.push_back(nullptr);
    id_ = ::fork();
    if (id_ != 0) return;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int null = ::open("/dev/null", O_RDWR);
    ::dup2(null, 0);
    ::dup2(null, 1);
    ::execvp(words.front(), words.data());
    ::_exit(127);
}

Process::~Process()
{
    ::kill(id_, SIGKILL);
    ::waitpid(id_, nullptr, 0);
}

void build()
{
    reason_why_not = enter_namespaces();
    if (!reason_why_not.empty()) node_holder.reset();
}

const std::string& unavailable()
{
    return reason_why_not;
}

void here(const std::string& script)
{
    must_succeed(run({"sh", "-euc", script}));
}

void on_node(const std::string& script)
{
    must_succeed(run({"nsenter", "-t", std::to_string(node_holder->id()), "-n", "-m", "sh", "-euc", script}));
}

std::string read(const std::string& path)
{
    std::ostringstream text;
    text << std::ifstream{path}.rdbuf();
    return text.str();
}

void write(const std::string& path, const std::string& text)
{
    std::ofstream{path} << text;
}

std::unique_ptr<Process> start_sshd(const std::string& more_settings)
{
    write("/mnt/node/sshd_config",
          more_settings + "\nHostKey /mnt/node/host_key\nUsePAM no\nPidFile none\nUseDNS no\n"
                          "PasswordAuthentication no\nAuthorizedKeysFile /mnt/home/.ssh/authorized_keys\n");
    auto sshd = std::make_unique<Process>(
        std::vector<std::string>{"nsenter", "-t", std::to_string(node_holder->id()), "-n", "-m", "/usr/sbin/sshd", "-D",
                                 "-f", "/mnt/node/sshd_config", "-E", "/mnt/node/sshd.log"});
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{10};
    while (!onefrontend::connect_tcp(node_address, 22, end)) {
        if (std::chrono::steady_clock::now() > end) {
            ADD_FAILURE() << "sshd did not start: " << read("/mnt/node/sshd.log");
            break;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
    return sshd;
}

int listen_on_node(int port)
{
    int listening = -1;
    std::thread{[&] {  // a thread may be in another network; its socket stays there
        const int network =
            ::open(("/proc/" + std::to_string(node_holder->id()) + "/ns/net").c_str(), O_RDONLY | O_CLOEXEC);
        if (::setns(network, CLONE_NEWNET) != 0) return;
        ::close(network);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(port));
        listening = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (::bind(listening, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
            ::listen(listening, 8) != 0)
            listening = -1;
    }}
        .join();
    return listening;
}

onefrontend::Config config()
{
    onefrontend::Config config;
    config.ssh_home = home;
    config.remotes_dir = remotes;
    config.ssh_override_path = "/nonexistent";
    config.ssh_auth_sock = "/nonexistent";
    config.monitord_conf = "/mnt/monitord.conf";
    config.monitor_log = "/mnt/monitor.log";
    return config;
}

onefrontend::Node node()
{
    onefrontend::Node node;
    node.name = node_name;
    node.address = node_address;
    node.type = "kvm";
    node.ssh_host_keys = {std::string{one::trim(read("/mnt/node/host_key.pub"))}};
    return node;
}

void reset()
{
    here(fresh_start);
    on_node(fresh_node);
    write("/mnt/monitord.conf",
          "NETWORK = [ ADDRESS = \"0.0.0.0\", MONITOR_ADDRESS = \"auto\", PORT = 4124, THREADS = 8 ]\n"
          "PROBES_PERIOD = [ STATE_VM = 5 ]\n");
}

}  // namespace stage
