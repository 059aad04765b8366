#include "frontend/enroll/audit.hpp"

#include "tests/unit/frontend/fake/directory.hpp"

#include "common/fd.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace onefrontend {
namespace {

const AuditEvent refused{
    .event = "refused", .fields = {{"from", "10.0.0.5"}, {"reason", "wrong\nline"}}, .time_ms = 1795207867123};
constexpr const char* refused_line =
    "{\"time\":\"2026-11-20T20:51:07.123Z\",\"event\":\"refused\",\"from\":\"10.0.0.5\",\"reason\":\"wrong\\nline\"}\n";

TEST(Audit, IsOneJsonObjectALine)
{
    EXPECT_EQ(to_line(refused), refused_line);
}

TEST(Audit, IsAppendedToAFileThatOnlyItsOwnerReads)
{
    const test::Directory directory;
    const Audit audit{directory.path("audit.log")};
    ASSERT_TRUE(audit.write(refused));
    ASSERT_TRUE(audit.write(refused));
    EXPECT_EQ(directory.read("audit.log"), std::string{refused_line} + refused_line);
    struct stat info {};
    ASSERT_EQ(::stat(directory.path("audit.log").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600U);
}

TEST(Audit, IsNeverWrittenThroughALinkAnotherNameOrAFifo)
{
    const test::Directory directory;
    directory.write("other", "mine\n");
    const auto path = directory.path("audit.log");
    const auto refused_kind = [&] { return Audit{path}.write(refused).error().kind; };
    ASSERT_EQ(::link(directory.path("other").c_str(), path.c_str()), 0);
    EXPECT_EQ(refused_kind(), one::ErrorKind::untrusted);
    std::filesystem::remove(path);
    std::filesystem::create_symlink(directory.path("other"), path);
    EXPECT_FALSE(Audit{path}.write(refused));
    std::filesystem::remove(path);
    ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
    EXPECT_FALSE(Audit{path}.write(refused)) << "and nobody waits for a reader";
    const one::Fd reader{::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)};
    EXPECT_EQ(refused_kind(), one::ErrorKind::untrusted);
    EXPECT_EQ(directory.read("other"), "mine\n");
}

TEST(Audit, SaysWhenItCannotBeWritten)
{
    const auto lost = Audit{"/nowhere/audit.log"}.write(refused);
    ASSERT_FALSE(lost);
    EXPECT_EQ(one::to_line(lost.error()), "cannot write the audit log /nowhere/audit.log: No such file or directory");
}

}  // namespace
}  // namespace onefrontend
