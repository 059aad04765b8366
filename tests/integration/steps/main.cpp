// Everything happens in namespaces of this program's own: mounts, processes, and an empty /tmp.
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <iostream>

namespace {

bool enter_own_world()
{
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    return ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
           ::mount("proc", "/proc", "proc", 0, nullptr) == 0 && ::mount("tmpfs", "/tmp", "tmpfs", 0, "mode=1777") == 0;
}

int in_own_world(int (*tests)())
{
    if (::unshare(CLONE_NEWNS | CLONE_NEWPID) != 0) return -1;
    const pid_t child = ::fork();
    if (child == 0) ::_exit(enter_own_world() ? tests() : 2);
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int run_all()
{
    const int result = RUN_ALL_TESTS();
    std::cout.flush();
    return result;
}

}  // namespace

int main(int argc, char** argv)
{
    testing::InitGoogleTest(&argc, argv);
    if (::geteuid() != 0) return run_all();  // every test skips
    const int result = in_own_world(run_all);
    if (result < 0 || result == 2)
        std::cerr << "no namespaces can be had here; without them the steps would act on this machine for good\n";
    return result;
}
