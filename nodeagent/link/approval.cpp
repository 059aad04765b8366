// JSON, written whole, root only.
#include "nodeagent/link/approval.hpp"

#include "common/wire/visit.hpp"
#include "nodeagent/link/places.hpp"

namespace onenode {

template <class V>
static void fields(V& v, Approval& m)
{
    v("frontend", m.frontend);
    v("pin", m.pin);
    v("secret", m.secret);
    v("token_id", m.token_id);
    v.newer("code", m.code);
    v.newer("ends_at", m.ends_at);
}

Result<std::optional<Approval>> load_approval(const HostView& host)
{
    auto text = host.read(places::approval);
    if (!text && text.error().kind == ErrorKind::not_found) return std::optional<Approval>{};
    if (!text) return one::fail(text.error());
    auto approval = one::wire::read_from_json<Approval>(*text);
    one::wipe(*text);
    if (approval) return std::optional{*std::move(approval)};
    return one::fail({.kind = ErrorKind::invalid,
                      .thing = places::approval,
                      .reason = one::to_line(approval.error()),
                      .next = std::string{"remove it, then join again: rm "} + places::approval,
                      .doing = "read"});
}

Result<> save_approval(Host& host, const Approval& approval)
{
    TRY(host.make_directory({.path = places::state_dir, .mode = 0700})
            .map_error(one::while_doing("make the directory")));
    FileSpec file{.path = places::approval, .text = one::wire::written_as_json(approval) + '\n', .mode = 0600};
    auto written = host.write(file).map_error(one::while_doing("write"));
    one::wipe(file.text);
    return written;
}

Result<> forget_approval(Host& host)
{
    TRY(host.tidy(places::approval));
    return host.remove(places::approval);
}

one::JoinToken token_of(const Approval& approval)
{
    one::JoinToken token;
    token.id = approval.token_id;
    token.secret = approval.secret.copy();
    token.pin = approval.pin;
    return token;
}

}  // namespace onenode
