// Applies a plan: before each change its `before` is in the journal, synced. Killed anywhere, the next plan goes on.
#include "nodeagent/core/runner.hpp"

#include "nodeagent/core/before.hpp"
#include "nodeagent/core/kernel_settings.hpp"
#include "nodeagent/core/must_obey.hpp"
#include "nodeagent/core/packages.hpp"
#include "nodeagent/core/selinux.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace onenode {
namespace {

constexpr std::chrono::seconds account_limit{30};  // useradd waits for other holders of the passwd lock

Result<> change_account(Host& host, std::vector<std::string> argv, std::string_view doing, std::string thing)
{
    const Command command{.argv = std::move(argv), .limit = account_limit};
    return must_obey(host, command, doing, std::move(thing), ErrorKind::denied);
}

struct Perform {
    Host& host;
    const Before& before;

    Result<> operator()(const WriteFile& c) const
    {
        return host
            .write({.path = c.path,
                    .text = c.text,
                    .mode = c.mode,
                    .owner = c.owner,
                    .group = c.group,
                    .over = std::get<BeforeFile>(before).text})
            .map_error(one::while_doing("write"));
    }
    Result<> operator()(const RemoveFile& c) const { return host.remove(c.path).map_error(one::while_doing("remove")); }
    Result<> operator()(const MakeDirectory& c) const
    {
        return host.make_directory({.path = c.path, .mode = c.mode, .owner = c.owner, .group = c.group})
            .map_error(one::while_doing("make directory"));
    }
    Result<> operator()(const SetAttributes& c) const
    {
        return host.set_attributes(c.path, c.mode, c.owner, c.group)
            .map_error(one::while_doing("set owner and mode of"));
    }
    Result<> operator()(const MakeLink& c) const
    {
        return host.make_link(c.path, c.target).map_error(one::while_doing("make link"));
    }
    Result<> operator()(const CreateGroup& c) const
    {
        return change_account(host, {"groupadd", "--system", "--gid", std::to_string(c.gid), c.name}, "create",
                              "group " + c.name);
    }
    Result<> operator()(const CreateUser& c) const
    {
        // '*' is no password and no lock: sshd without PAM refuses keys for an account that is locked with '!'
        return change_account(host,
                              {"useradd", "--system", "--no-create-home", "--uid", std::to_string(c.uid), "--gid",
                               std::to_string(c.gid), "--home-dir", c.home, "--shell", c.shell, "--password", "*",
                               c.name},
                              "create", "user " + c.name);
    }
    Result<> operator()(const SetShell& c) const
    {
        return change_account(host, {"usermod", "--shell", c.shell, c.user}, "set the shell of", "user " + c.user);
    }
    Result<> operator()(const JoinGroup& c) const
    {
        return change_account(host, {"usermod", "-aG", c.group, c.user}, "change the groups of", "user " + c.user);
    }
    Result<> operator()(const SetBoolean& c) const { return selinux::set_boolean(host, c.name, c.on); }
    Result<> operator()(const LabelFiles& c) const { return selinux::set_own_type(host, c.tree, c.type); }
    Result<> operator()(const InstallPackages& c) const { return packages::install(host, c); }
};

// The text as its own checker sees it, before it goes where a mistake would count (visudo -cf).
Result<> verify(Host& host, const WriteFile& change, const std::string& scratch)
{
    TRY(host.write({.path = scratch, .text = change.text, .mode = 0600}).map_error(one::while_doing("write")));
    Command command{.argv = change.verify};
    std::ranges::replace(command.argv, std::string{"%"}, scratch);
    const auto output = host.look(command);
    TRY(host.remove(scratch).map_error(one::while_doing("remove")));
    if (!output) return one::fail(output.error());
    if (output->ok()) return {};
    return one::fail({.kind = ErrorKind::invalid,
                      .thing = change.path,
                      .reason = fmt::format("{} refuses the text: {}", change.verify.front(), complaint_of(*output)),
                      .next = "this machine's rules differ from what onenode knows; report it with the line above",
                      .doing = "write"});
}

class Runner {
public:
    Runner(const Plan& plan, Host& host, Journal& journal) : plan_(&plan), host_(&host), journal_(&journal) {}

    Result<> make(const Step& step, const Change& change)
    {
        TRY_LET(const auto before, look_before(*host_, change));
        std::string after_hash;
        if (const auto* file = std::get_if<WriteFile>(&change)) {
            TRY(still_as_planned(file->path, std::get<BeforeFile>(before), "write"));
            if (!file->verify.empty()) TRY(verify(*host_, *file, journal_->scratch()));
            after_hash = hash_of(file->text);
        }
        if (const auto* file = std::get_if<RemoveFile>(&change))
            TRY(still_as_planned(file->path, std::get<BeforeFile>(before), "remove"));
        TRY(journal_->record(std::string{step.id}, change, before, std::move(after_hash)));
        return std::visit(Perform{*host_, before}, change);
    }

private:
    // Somebody's edit between the look and the change would be overwritten: better to look again.
    Result<> still_as_planned(const std::string& path, const BeforeFile& now, std::string doing)
    {
        const auto seen = plan_->seen.find(path);
        const bool ours = !written_.insert(path).second;  // this plan wrote it a moment ago
        if (ours || seen == plan_->seen.end()) return {};
        const bool plain = !now.existed || now.kind == FileKind::file;
        if (plain && seen->second == (now.existed ? hash_of(now.text) : std::string{})) return {};
        return one::fail({.kind = ErrorKind::conflict,
                          .thing = path,
                          .reason = plain ? "it changed while the plan was made" : "it is not a regular file",
                          .next = plain ? "run the same command again" : "look at it: ls -ld " + path,
                          .doing = std::move(doing)});
    }

    const Plan* plan_;
    Host* host_;
    Journal* journal_;
    std::set<std::string> written_{};
};

}  // namespace

Result<Untold> apply(const Plan& plan, Host& host, Journal& journal, const Progress& progress)
{
    TRY(remember_kernel_settings(host, journal, plan.changes()));
    TRY(mark_untold(host, journal, plan.changes()));
    Runner runner{plan, host, journal};
    for (const auto& planned : plan.steps) {
        for (const auto& change : planned.changes) {
            if (progress) progress(*planned.step, change);
            TRY(runner.make(*planned.step, change));
        }
    }
    return tell(host, journal);
}

}  // namespace onenode
