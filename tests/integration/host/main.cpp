// Mounts that the tests make stay in a namespace of this program.
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <iostream>

int main(int argc, char** argv)
{
    if (::geteuid() == 0 &&
        (::unshare(CLONE_NEWNS) != 0 || ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0))
        std::cerr << "no mount namespace here: tests that mount something will fail\n";
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
