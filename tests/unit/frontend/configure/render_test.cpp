#include "common/text/words.hpp"
#include "frontend/configure/attribute_file.hpp"
#include "frontend/configure/check.hpp"
#include "frontend/configure/yaml_file.hpp"
#include "tests/unit/frontend/configure/trees.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace onefrontend::configure {
namespace {

Texts rendered(const Settings& settings, const Texts& originals, std::string_view password = "")
{
    Secrets secrets;
    if (!password.empty()) secrets.database_password = one::Secret{password};
    auto result = render(settings, secrets, originals);
    EXPECT_TRUE(result) << one::to_text(result.error());
    return result ? result->files : Texts{};
}

std::string in(const Texts& files, std::string_view path, std::string_view vector, std::string_view key,
               std::string_view named = {})
{
    const auto file = AttributeFile::parse(files.find(path)->second);
    const Entry* entry = file->find(vector, named);
    return entry ? file->value_in(*entry, key).value_or("(none)") : "(no vector)";
}

std::string single(const Texts& files, std::string_view path, std::string_view name)
{
    const auto file = AttributeFile::parse(files.find(path)->second);
    const Entry* entry = file->find(name);
    return entry ? file->value(*entry) : "(none)";
}

std::string yaml(const Texts& files, std::string_view path, const KeyPath& key)
{
    const auto file = YamlFile::parse(files.find(path)->second);
    const Value* value = file ? file->find(key) : nullptr;
    return value ? value->text : "(none)";
}

class EveryVersion : public testing::TestWithParam<Tree> {};

TEST_P(EveryVersion, IsReadByItsGrammarsAndWrittenTheSame)
{
    for (const auto* path : {"/etc/one/oned.conf", "/etc/one/monitord.conf"}) {
        const auto& text = GetParam().files.at(path);
        const auto file = AttributeFile::parse(text);
        ASSERT_TRUE(file) << path << ": " << one::to_text(file.error());
        EXPECT_EQ(file->text(), text);
    }
    EXPECT_EQ(AttributeFile::parse(GetParam().files.at("/etc/one/oned.conf"))->find("HM_MAD")->pairs.size(), 2U);
}

TEST_P(EveryVersion, ASecondRunChangesNothing)
{
    const auto settings = smallest(GetParam().version);
    const auto once = rendered(settings, GetParam().files);
    EXPECT_EQ(rendered(settings, once), once);
    EXPECT_GE(once.size(), GetParam().files.size());
}

TEST_P(EveryVersion, KeepsEveryLineThatNoSettingIsAbout)
{
    const auto once = rendered(smallest(GetParam().version), GetParam().files);
    for (const auto& [path, text] : GetParam().files) {
        const auto lines = one::split_lines(once.at(path));
        auto from = lines.begin();
        std::size_t changed = 0;
        for (const auto& line : one::split_lines(text)) {
            const auto found = std::find(from, lines.end(), line);
            if (found == lines.end())
                ++changed;
            else
                from = found + 1;  // what stays stays in its order
        }
        EXPECT_LE(changed, 10U) << path;
    }
}

TEST_P(EveryVersion, EachSingleValueOfItCanBeChangedInItsLineAlone)
{
    const auto& text = GetParam().files.at("/etc/one/oned.conf");
    const auto shipped = AttributeFile::parse(text);
    const auto before = one::split_lines(text);
    for (const Entry& entry : shipped->entries()) {
        if (entry.is_vector || shipped->all(entry.name).size() > 1) continue;
        auto file = *shipped;
        ASSERT_TRUE(file.set(entry.name, "changed"));
        auto after = one::split_lines(file.text());
        const auto first = line_at(text, entry.value_at.begin) - 1;
        const auto more = line_at(text, entry.value_at.end) - 1 - first;
        ASSERT_EQ(after.size() + more, before.size());
        EXPECT_NE(after[first].find("changed"), std::string::npos);
        after.erase(after.begin() + static_cast<std::ptrdiff_t>(first));
        auto others = before;
        others.erase(others.begin() + static_cast<std::ptrdiff_t>(first),
                     others.begin() + static_cast<std::ptrdiff_t>(first + more + 1));
        EXPECT_EQ(after, others) << entry.name;
    }
}

TEST_P(EveryVersion, EachKeyOfAVectorCanBeChangedInItsLineAlone)
{
    for (const auto* path : {"/etc/one/oned.conf", "/etc/one/monitord.conf"}) {
        const auto& text = GetParam().files.at(path);
        const auto shipped = AttributeFile::parse(text);
        const auto before = one::split_lines(text);
        for (const Entry& entry : shipped->entries()) {
            if (!entry.is_vector || shipped->all(entry.name).size() > 1) continue;
            for (const Pair& pair : entry.pairs) {
                auto file = *shipped;
                ASSERT_TRUE(file.set_in(entry.name, {{pair.name, "changed"}}));
                const auto after = one::split_lines(file.text());
                ASSERT_EQ(after.size(), before.size()) << entry.name;
                const auto line = line_at(text, pair.value_at.begin) - 1;
                for (std::size_t i = 0; i < before.size(); ++i)
                    if (i != line) {
                        ASSERT_EQ(after[i], before[i]);
                    }
            }
        }
    }
}

TEST_P(EveryVersion, LeavesTheDriversAsTheyCame)
{
    const auto once = rendered(smallest(GetParam().version), GetParam().files);
    for (const auto* name : {"VM_MAD", "IM_MAD", "TM_MAD", "SCHED_MAD", "AUTH_MAD"}) {
        const auto before = AttributeFile::parse(GetParam().files.at("/etc/one/oned.conf"));
        const auto after = AttributeFile::parse(once.at("/etc/one/oned.conf"));
        ASSERT_EQ(before->all(name).size(), after->all(name).size());
        for (std::size_t i = 0; i < before->all(name).size(); ++i)
            EXPECT_EQ(before->value(*before->all(name)[i]), after->value(*after->all(name)[i]));
    }
}

TEST_P(EveryVersion, WorksAsItIsRendered)
{
    const auto settings = smallest(GetParam().version);
    EXPECT_TRUE(check_settings(settings).errors.empty());
    const auto verdict = check_rendered(settings, rendered(settings, GetParam().files));
    EXPECT_TRUE(verdict.errors.empty()) << one::to_text(verdict.errors.front());
    EXPECT_TRUE(verdict.warnings.empty()) << one::to_text(verdict.warnings.front());
}

TEST_P(EveryVersion, BindsOneGateByTheKeyOfItsVersion)
{
    const auto once = rendered(smallest(GetParam().version), GetParam().files);
    const bool has_server = GetParam().version == "7.4";
    EXPECT_EQ(yaml(once, "/etc/one/onegate-server.conf", {":server", ":bind"}), has_server ? "0.0.0.0" : "(none)");
    EXPECT_EQ(yaml(once, "/etc/one/onegate-server.conf", {":host"}), has_server ? "(none)" : "0.0.0.0");
}

std::string name_of(const testing::TestParamInfo<Tree>& info)
{
    std::string name = info.param.version + (info.index >= 4 ? "Real" : "");
    std::ranges::replace(name, '.', '_');
    return name;
}

INSTANTIATE_TEST_SUITE_P(Shipped, EveryVersion, testing::ValuesIn(trees()), name_of);

TEST(Render, TellsNodesTheFrontendsAddress)
{
    const auto files = rendered(smallest(), tree_of("7.4").files);
    EXPECT_EQ(single(files, oned_conf, "HOSTNAME"), "203.0.113.5");
    EXPECT_EQ(in(files, monitord_conf, "NETWORK", "MONITOR_ADDRESS"), "203.0.113.5");
    EXPECT_EQ(single(files, oned_conf, "ONEGATE_ENDPOINT"), "http://169.254.16.9:5030");
    EXPECT_NE(files.at(std::string{network_conf})
                  .find("\n:tproxy:\n  - :service_port: 5030\n    :remote_addr: 203.0.113.5\n"),
              std::string::npos);
    EXPECT_EQ(yaml(files, onefrontend_yaml, {"listen_port"}), "4125");
}

TEST(Render, ListensOnIPv4AloneWhereThereIsNoIPv6)
{
    auto settings = smallest();
    EXPECT_EQ(in(rendered(settings, tree_of("7.4").files), monitord_conf, "NETWORK", "ADDRESS"), "::");
    settings.ipv6 = false;
    EXPECT_EQ(in(rendered(settings, tree_of("7.4").files), monitord_conf, "NETWORK", "ADDRESS"), "0.0.0.0");
}

TEST(Render, WritesTheWholeNetworkVectorWhereTheFileHasAPart)
{
    auto files = tree_of("7.4").files;
    files[std::string{monitord_conf}] = "NETWORK = [ PORT = 4124 ]\n";
    const auto after = rendered(smallest(), files);
    EXPECT_EQ(in(after, monitord_conf, "NETWORK", "THREADS"), "8");
    EXPECT_EQ(in(after, monitord_conf, "NETWORK", "PRIKEY"), "");
    EXPECT_EQ(in(after, monitord_conf, "LOG", "SYSTEM"), "file");
}

Settings with_mysql()
{
    auto settings = smallest();
    settings.database_backend = "mysql";
    settings.database_host = "db.example.com";
    settings.database_password_file = "/run/secrets/db";
    return settings;
}

TEST(Render, PutsTheDatabaseAndItsPasswordIntoOnedConfAlone)
{
    const auto files = rendered(with_mysql(), tree_of("7.4").files, "pa ss#1");
    EXPECT_EQ(in(files, oned_conf, "DB", "BACKEND"), "mysql");
    EXPECT_EQ(in(files, oned_conf, "DB", "PASSWD"), "pa ss#1");
    EXPECT_EQ(in(files, oned_conf, "DB", "SERVER"), "db.example.com");
    for (const auto& [path, text] : files)
        EXPECT_EQ(text.find("pa ss#1") != std::string::npos, path == oned_conf) << path;
}

TEST(Render, ShowsNoPassword)
{
    const auto files = rendered(with_mysql(), tree_of("7.4").files, "pa ss#1");
    const auto shown = without_secrets(oned_conf, files.at(std::string{oned_conf}));
    EXPECT_EQ(shown.find("pa ss#1"), std::string::npos);
    EXPECT_NE(shown.find("PASSWD = \"***\""), std::string::npos);
    EXPECT_EQ(without_secrets(oned_conf, "DB = [ PASSWD = \"x\"").find('x'), std::string::npos);
}

TEST(Render, TakesAnyOtherKeyByItsPath)
{
    auto settings = smallest();
    settings.oned =
        *read_yaml("MAX_CONN: 30\nRAFT: {ELECTION_TIMEOUT_MS: 2500}\nVM_MAD/lxc: {ARGUMENTS: -t 5 -r 0 lxc}\n"
                   "VM_RESTRICTED_ATTR: [NIC/MAC]\nMAC_PREFIX: '06:00'\nVM_USE_OPERATIONS: null\n");
    settings.oneflow = *read_yaml("autoscaler_interval: 60\n':log': {level: 3}\n");
    settings.network = *read_yaml("keep_empty_bridge: true\nip_link_conf: {nolearning: null, dstport: 4789}\n");
    const auto files = rendered(settings, tree_of("7.4").files);
    EXPECT_EQ(single(files, oned_conf, "MAX_CONN"), "30");
    EXPECT_EQ(in(files, oned_conf, "RAFT", "ELECTION_TIMEOUT_MS"), "2500");
    EXPECT_EQ(in(files, oned_conf, "VM_MAD", "ARGUMENTS", "lxc"), "-t 5 -r 0 lxc");
    EXPECT_EQ(in(files, oned_conf, "VM_MAD", "ARGUMENTS", "kvm"), "-t 15 -r 0 kvm -p");
    EXPECT_EQ(AttributeFile::parse(files.at(std::string{oned_conf}))->all("VM_RESTRICTED_ATTR").size(), 1U);
    EXPECT_EQ(single(files, oned_conf, "VM_USE_OPERATIONS"), "(none)");
    EXPECT_EQ(yaml(files, "/etc/one/oneflow-server.conf", {":log", ":level"}), "3");
    EXPECT_EQ(yaml(files, "/etc/one/oneflow-server.conf", {":log", ":system"}), "file");
    EXPECT_EQ(yaml(files, network_conf, {":ip_link_conf", ":dstport"}), "4789");
    EXPECT_NE(files.at(std::string{network_conf}).find("\n  :nolearning:\n"), std::string::npos);
}

TEST(Render, WarnsOfAKeyThatNobodyShows)
{
    auto settings = smallest();
    settings.oned = *read_yaml("MAC_PREFX: '02:01'\nHOSTNAME: one\nVM_MAD/kvm: {THREADS: 5}\n");
    const auto result = render(settings, {}, tree_of("7.4").files);
    ASSERT_TRUE(result);
    ASSERT_EQ(result->warnings.size(), 1U);
    EXPECT_EQ(result->warnings.front().next, "did you mean MAC_PREFIX?");
}

TEST(Render, TakesNoSecretFromTheSettings)
{
    for (const auto* keys : {"DB: {PASSWD: x}", "PASSWORD: x"}) {
        auto settings = smallest();
        settings.oned = *read_yaml(keys);
        const auto result = render(settings, {}, tree_of("7.4").files);
        ASSERT_FALSE(result);
        EXPECT_EQ(result.error().reason, "a secret comes from a file");
    }
}

TEST(Render, OpensTheEventBusWhereItsListenersAreElsewhere)
{
    auto settings = smallest();
    EXPECT_EQ(in(rendered(settings, tree_of("7.4").files), oned_conf, "HM_MAD", "ARGUMENTS"),
              "-p 2101 -l 2102 -b 127.0.0.1");
    settings.events_endpoint = "tcp://oned-events:2101";
    const auto files = rendered(settings, tree_of("7.4").files);
    EXPECT_EQ(in(files, oned_conf, "HM_MAD", "ARGUMENTS"), "-p 2101 -l 2102 -b 0.0.0.0");
    EXPECT_EQ(yaml(files, "/etc/one/oneflow-server.conf", {":subscriber_endpoint"}), "tcp://oned-events:2101");
    EXPECT_EQ(yaml(files, "/etc/one/fireedge-server.conf", {"subscriber_endpoint"}), "tcp://oned-events:2101");
}

TEST(Render, NamesTheFileInWhichSomethingIsWrong)
{
    auto files = tree_of("7.4").files;
    files[std::string{oned_conf}] += "BROKEN\n";
    const auto result = render(smallest(), {}, files);
    ASSERT_FALSE(result);
    EXPECT_NE(one::to_line(result.error()).find(" in /etc/one/oned.conf"), std::string::npos);
}

TEST(Render, SaysThatTheVersionDoesNotFit)
{
    const auto result = render(smallest("7.4"), {}, tree_of("7.2").files);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().next, "set `version` to the OpenNebula that is installed");
}

TEST(Render, LeavesOutFilesThatAreNotThereUnlessSomebodySetsTheirKeys)
{
    auto settings = smallest();
    EXPECT_FALSE(rendered(settings, {}).contains("/etc/one/oneks-server.conf"));
    settings.oneks_keys = *read_yaml("retries: 3\n");
    EXPECT_FALSE(render(settings, {}, {}));
}

TEST(Render, PutsItsBlockAboveWhatAcceptsUnknownKeys)
{
    const std::string theirs = "Host *\n  StrictHostKeyChecking accept-new\n";
    const auto path = "/var/lib/one/.ssh/config";
    const auto once = rendered(smallest(), {{path, theirs}}).at(path);
    EXPECT_LT(once.find("StrictHostKeyChecking yes"), once.find("accept-new"));
    EXPECT_TRUE(once.ends_with(theirs));
    const auto below_serves = "# begin onefrontend\nHost kvm1\n# end onefrontend\n" + once;
    EXPECT_EQ(rendered(smallest(), {{path, below_serves}}).at(path), below_serves);
}

TEST(Render, TellsTheFrontEndItselfAndNodesThePortOfSsh)
{
    auto settings = smallest();
    settings.sshd_port = 2022;
    settings.sshd_port_of_nodes = 30022;
    const auto files = rendered(settings, {});
    EXPECT_NE(files.at("/var/lib/one/.ssh/config")
                  .find("Host localhost\n  Port 2022\nHost 203.0.113.5\n  Port 30022\nHost *\n"),
              std::string::npos);
    EXPECT_NE(files.at(std::string{sshd_conf}).find("Port 2022\n"), std::string::npos);
    EXPECT_NE(files.at(std::string{onefrontend_yaml}).find("ssh_port: 30022\n"), std::string::npos);
}

TEST(Render, SetsGuacdsOptions)
{
    EXPECT_EQ(rendered(smallest(), {{"/etc/one/guacd", "# c\nOPTS=\"-b 0.0.0.0\"\nX=1\n"}}).at("/etc/one/guacd"),
              "# c\nOPTS=\"-b 127.0.0.1 -l 4822\"\nX=1\n");
}

}  // namespace
}  // namespace onefrontend::configure
