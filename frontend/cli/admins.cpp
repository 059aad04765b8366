// A client of oned's for each request, with the admin's session in it.
#include "frontend/cli/admins.hpp"

#include "frontend/cli/admin.hpp"
#include "frontend/cli/records.hpp"
#include "frontend/cli/recorder.hpp"
#include "frontend/enroll/oned_cloud.hpp"

#include <array>
#include <chrono>

namespace onefrontend::cli {
namespace {

using one::Async;
using one::Result;

constexpr std::chrono::seconds turn_limit{10};

constexpr std::array verbs{
    std::pair{Deed::token_create, Verb::token_create}, std::pair{Deed::token_list, Verb::token_list},
    std::pair{Deed::token_revoke, Verb::token_revoke}, std::pair{Deed::node_list, Verb::node_list},
    std::pair{Deed::node_show, Verb::node_show},       std::pair{Deed::node_approve, Verb::node_approve},
    std::pair{Deed::node_reject, Verb::node_reject},   std::pair{Deed::node_remove, Verb::node_remove},
    std::pair{Deed::node_ban, Verb::node_ban},         std::pair{Deed::node_test, Verb::node_test},
    std::pair{Deed::ca_status, Verb::ca_status},       std::pair{Deed::keys_status, Verb::keys_status},
};

one::Error crowded()
{
    return {.kind = one::ErrorKind::busy,
            .thing = "this request",
            .reason = "other admins' requests are still being worked on",
            .next = "try again in a moment",
            .doing = "begin"};
}

one::Error for_this_user(one::Error error, const std::string& user)
{
    if (error.kind == one::ErrorKind::denied)
        error.next = "have an administrator of OpenNebula do it: " + user + " may not, as OpenNebula says";
    return error;
}

Async<Result<std::string>> perform(Admin& admin, oned::Client& client, AdminWish wish)
{
    Recorder recorder;
    admin.out = &recorder;
    auto user = co_await client.own_name();
    if (!user && user.error().kind == one::ErrorKind::denied) user.error().kind = one::ErrorKind::untrusted;
    if (!user) co_return one::fail(std::move(user).error());
    admin.user = *std::move(user);
    const auto options = to_options(std::move(wish));
    const auto exit = co_await dispatch(admin, options);
    if (!exit) co_return one::fail(for_this_user(exit.error(), admin.user));
    co_return recorder.answer(*exit);
}

}  // namespace

Options to_options(AdminWish wish)
{
    Options options;
    for (const auto& [deed, verb] : verbs)
        if (deed == wish.deed) options.verb = verb;
    options.token = std::move(wish.token);
    options.token_form = token_form_named(wish.print);
    options.which = std::move(wish.which);
    options.other = std::move(wish.other);
    return options;
}

Async<Done> RealAdmins::act(one::Secret session, AdminWish wish)
{
    Done done;
    if (!co_await turns_.enter(turn_limit)) {
        done.answer = one::fail(crowded());
        co_return done;
    }
    const oned::HeldSlot turn{turns_};
    const auto authority = read_authority_note(StatePaths{config_->state_dir});
    auto client = connect_oned_as(*config_, std::move(session));
    if (!authority || !client) {
        done.answer = one::fail(authority ? client.error() : authority.error());
        co_return done;
    }
    OnedCloud cloud{*client, authority->owner};
    Admin admin;
    admin.config = config_;
    admin.cloud = &cloud;
    admin.pin = authority->pin;
    admin.audit = [&done](const AuditEvent& event) -> Result<> {
        done.audit.push_back(event);
        return {};
    };
    admin.now =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
    admin.pool = pool_;
    done.answer = co_await perform(admin, *client, std::move(wish));
    co_return done;
}

}  // namespace onefrontend::cli
