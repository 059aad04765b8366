// Looks at files and OpenNebula again and again, and publishes what changed.
#include "frontend/enroll/desired_source.hpp"

#include "common/log.hpp"
#include "frontend/enroll/revocations.hpp"

#include <utility>

namespace onefrontend {
namespace {

constexpr std::chrono::milliseconds look_interval{500};
constexpr int looks_per_refresh = 60;

struct Reading {
    const Config* config;
    std::string stamp{};
    DesiredInputs inputs{};
    Result<> outcome{};
};

Reading read_files(Reading reading)
{
    reading.stamp = local_inputs_stamp(*reading.config);  // before reading: a file that changes meanwhile is read again
    reading.outcome = read_local_inputs(*reading.config, reading.inputs);
    return reading;
}

}  // namespace

Async<> DesiredSource::watch()
{
    std::string told;
    for (int look = 0;; look = (look + 1) % looks_per_refresh) {
        Result<> fresh;
        if (look == 0 || !have_rest_)
            fresh = co_await refresh();
        else
            fresh = co_await refresh_quick();
        const std::string trouble = fresh ? std::string{} : to_text(fresh.error());
        if (trouble != told && !fresh) one::log::error("desired state stays as it was", {{"reason", trouble}});
        told = trouble;
        if (!co_await one::pause(look_interval)) co_return;
    }
}

Async<Result<>> DesiredSource::refresh()
{
    CO_TRY(co_await refresh_files());
    auto rest = co_await refresh_rest();
    if (!rest && !have_rest_) trouble_ = rest.error();
    co_return rest;
}

Async<Result<>> DesiredSource::refresh_quick()
{
    const auto files = co_await refresh_files();
    const auto keys = co_await refresh_keys();
    const auto bans = co_await refresh_bans();
    if (!files) co_return files;
    co_return keys ? bans : keys;
}

/// Who was refused just now goes from the other nodes' lists at once, too.
Async<Result<>> DesiredSource::refresh_bans()
{
    CO_TRY_LET(const auto bans, co_await bans_.all());
    std::set<int> refused;
    for (const Ban& ban : bans)
        refused.insert(ban.node);
    if (refused == refused_) co_return Result<>{};
    refused_ = std::move(refused);
    if (have_rest_) CO_TRY(co_await refresh_rest());
    co_return Result<>{};
}

void DesiredSource::turn(Missing missing, DesiredInputs next)
{
    const auto now = std::chrono::system_clock::to_time_t(clock_());
    ring_ = turned(std::move(ring_), keys_at_home_, missing, now, config_->old_key_life);
    next.oneadmin_keys = lines_of(ring_);
    publish(std::move(next));
}

/// Another replica may have turned the ring; and what was turned here while OpenNebula was away is told to it now.
Async<Result<>> DesiredSource::refresh_keys()
{
    if (!have_files_) co_return Result<>{};
    CO_TRY_LET(auto stored, co_await find_key_ring(*cloud_));
    ring_ = stored;
    const bool changed = std::exchange(keys_changed_, false);
    turn(changed ? Missing::is_gone : Missing::may_be_a_replica_s, *inputs_);
    if (ring_ == stored) co_return Result<>{};
    auto kept = co_await store_key_ring(*cloud_, ring_);
    if (!kept) keys_changed_ = changed;
    if (!kept) co_return one::fail(kept.error());
    ring_ = *std::move(kept);
    co_return Result<>{};
}

Async<Result<>> DesiredSource::refresh_files()
{
    if (have_files_ && local_inputs_stamp(*config_) == stamp_) co_return Result<>{};
    struct Work {
        Reading reading;
        Reading operator()() { return read_files(std::move(reading)); }
    };
    Work work{Reading{config_, {}, *inputs_, {}}};
    auto reading = co_await one::off_the_loop(*pool_, std::move(work));
    if (!reading.outcome) {
        if (!have_files_) trouble_ = reading.outcome.error();
        co_return one::fail(reading.outcome.error());
    }
    stamp_ = std::move(reading.stamp);
    have_files_ = true;
    const bool changed = reading.inputs.oneadmin_keys != keys_at_home_;
    keys_at_home_ = reading.inputs.oneadmin_keys;
    keys_changed_ = keys_changed_ || changed;
    turn(changed ? Missing::is_gone : Missing::may_be_a_replica_s, std::move(reading.inputs));  // also without oned
    co_return Result<>{};
}

Async<Result<>> DesiredSource::refresh_rest()
{
    CO_TRY(co_await refresh_keys());
    DesiredInputs next = *inputs_;
    CO_TRY_LET(next.opennebula, co_await cloud_->version());
    CO_TRY_LET(next.zone, co_await cloud_->zone_name());
    CO_TRY_LET(const auto nodes, co_await nodes_.all());
    next.peers = peers_of(nodes, next.frontend_names);
    next.peer_known_hosts = peer_known_hosts(nodes, next.frontend_names);
    auto trusted = nodes;
    std::erase_if(trusted, [](const Node& node) { return !is_trusted(node); });  // whoever enrolls may name any key
    CO_TRY_LET(next.vouching, co_await find_vouching(*cloud_, std::move(trusted)));
    CO_TRY_LET(const auto hosts, co_await cloud_->hosts());
    CO_TRY_LET(const auto clusters, co_await cloud_->clusters());
    next.overrides = overrides_of(hosts, clusters, next.repository);
    struct Work {
        Resolve resolve;
        std::vector<std::string> names;
        std::vector<std::string> operator()() const { return resolve(names); }
    };
    Work work{resolve_, next.frontend_names};
    auto addresses = co_await one::off_the_loop(*pool_, std::move(work));
    if (!addresses.empty() || !have_rest_)
        next.frontend_addresses = std::move(addresses);  // a resolver that is away changes nothing
    have_rest_ = true;
    publish(std::move(next));
    co_return Result<>{};
}

/// What is wrong with them is told when it is new, not each half minute.
Overrides DesiredSource::overrides_of(const std::vector<oned::Host>& hosts, const std::vector<oned::Cluster>& clusters,
                                      const one::wire::Repository& repository)
{
    auto found = find_overrides(hosts, clusters, repository);
    std::set<std::string> told;
    for (const auto& mistake : found.mistakes) {
        const auto line = one::to_line(mistake);
        if (!told_mistakes_.contains(line))
            one::log::error("an attribute in OpenNebula is not used", {{"reason", line}, {"next", mistake.next}});
        told.insert(line);
    }
    told_mistakes_ = std::move(told);
    return std::move(found.overrides);
}

void DesiredSource::publish(DesiredInputs next)
{
    next.written = inputs_->written;
    next.written_otherwise = inputs_->written_otherwise;
    if (next == *inputs_ && revision_ > 0) return;
    next.written = written(next, *inputs_);
    next.written_otherwise = written_otherwise(next);
    inputs_ = std::make_shared<const DesiredInputs>(std::move(next));
    ++revision_;
}

Result<std::shared_ptr<const DesiredInputs>> DesiredSource::inputs() const
{
    if (have_files_ && have_rest_) return inputs_;
    one::Error error = trouble_;
    if (error.kind == one::ErrorKind::internal || error.kind == one::ErrorKind::not_found)
        error.kind = one::ErrorKind::busy;
    return one::fail(std::move(error));
}

}  // namespace onefrontend
