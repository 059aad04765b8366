#include "common/probes/programs.hpp"
#include "common/probes/trouble.hpp"

#include <gtest/gtest.h>

namespace one::probes {
namespace {

std::string fix_of(std::string file, int exit_code, std::string words)
{
    const Run run{
        .category = "host/system", .file = std::move(file), .exit_code = exit_code, .words = std::move(words)};
    const auto trouble = explain(run);
    return to_line(run, trouble) + " | " + trouble.fix;
}

TEST(ProbeTrouble, KnowsThePackageOfAMissingProgram)
{
    const auto virsh = "/usr/lib/ruby/3.1.0/open3.rb:222:in `spawn': No such file or directory - virsh (Errno::ENOENT)";
    EXPECT_NE(fix_of("memory_encryption.rb", 255, virsh).find("apt install libvirt-clients"), std::string::npos);
    EXPECT_NE(fix_of("pci.rb", 255, "sh: 1: lspci: not found").find("apt install pciutils"), std::string::npos);
    EXPECT_NE(fix_of("poll.rb", 255, "No such file or directory - virsh").find("apt install libvirt-clients"),
              std::string::npos);
    EXPECT_NE(fix_of("linux_host.rb", 127, "/usr/bin/env: 'ruby': No such file or directory").find("apt install ruby"),
              std::string::npos);
    EXPECT_NE(fix_of("prediction.sh", 127, "x.sh: line 40: xmllint: command not found").find("libxml2-utils"),
              std::string::npos);
}

TEST(ProbeTrouble, KnowsEachProgramOfTheList)
{
    for (const auto& program : programs()) {
        const auto told = fix_of("x.sh", 127, "sh: 1: " + std::string{program.name} + ": not found");
        EXPECT_NE(told.find("dnf install " + std::string{program.package.redhat} + ")"), std::string::npos) << told;
    }
}

TEST(ProbeTrouble, DoesNotTakeOneProgramForAnother)
{
    EXPECT_EQ(fix_of("x.sh", 1, "sh: 1: maps: not found").find("procps"), std::string::npos);
    EXPECT_EQ(fix_of("x.rb", 1, "No such file or directory - psql").find("procps"), std::string::npos);
}

TEST(ProbeTrouble, KnowsTheRubygemsPackage)
{
    EXPECT_NE(fix_of("clean_db.rb", 1, "cannot load such file -- load_opennebula_paths (LoadError)")
                  .find("opennebula-rubygems"),
              std::string::npos);
    EXPECT_NE(fix_of("state.rb", 1, "cannot load such file -- sqlite3 (LoadError)").find("opennebula-rubygems"),
              std::string::npos);
}

TEST(ProbeTrouble, SpeaksForAProbeThatSaysNothingWhenLibvirtIsDown)
{
    EXPECT_NE(fix_of("machines_models.rb", 255, "").find("libvirt does not answer"), std::string::npos);
}

TEST(ProbeTrouble, TellsAProbeThatHangs)
{
    EXPECT_NE(fix_of("monitor_ds.rb", 124, "").find("did not end within 20 s"), std::string::npos);
}

}  // namespace
}  // namespace one::probes
