// Counters and histograms, and their lines.
#include "frontend/api/metrics.hpp"

#include <fmt/format.h>

namespace onefrontend::api {
namespace {

constexpr std::array phases{Phase::enrolled, Phase::registering, Phase::joined, Phase::leaving};
constexpr std::array limits{LimitedBy::token, LimitedBy::source, LimitedBy::everybody};

template <class Key>
std::int64_t count_of(const std::map<Key, std::int64_t>& counts, const Key& key)
{
    const auto found = counts.find(key);
    return found == counts.end() ? 0 : found->second;
}

}  // namespace

void Durations::add(Took took)
{
    const double seconds = std::chrono::duration<double>(took).count();
    std::size_t bucket = 0;
    while (bucket < bounds.size() && seconds > bounds[bucket])
        ++bucket;
    ++counts_[bucket];
    sum_ += seconds;
}

void Durations::write(one::Exposition& to, const one::Labels& labels) const
{
    std::int64_t below = 0;
    for (std::size_t i = 0; i <= bounds.size(); ++i) {
        below += counts_[i];
        auto all = labels;
        all.emplace_back("le", i < bounds.size() ? fmt::format("{}", bounds[i]) : "+Inf");
        to.sample(below, all, "_bucket");
    }
    to.real_sample(sum_, labels, "_sum");
    to.sample(below, labels, "_count");
}

void Metrics::answered(std::string_view route, int status, Took took)
{
    --running_;
    const std::string name{route.empty() ? "none" : route};
    ++answers_[{name, status}];
    took_[name].add(took);
}

void Metrics::called_oned(bool answered, Took took)
{
    ++oned_calls_[answered];
    oned_took_.add(took);
}

void Metrics::saw(const std::vector<Node>& nodes)
{
    nodes_.clear();
    for (const Node& node : nodes)
        ++nodes_[node.banned ? std::string_view{"removed"} : to_string(node.phase)];
}

void Metrics::write(one::Exposition& to) const
{
    to.single("requests_running", "Requests that are not answered yet; most of them wait for news.", running_);
    to.family("requests_total", "Answers, by route and HTTP status; route none: there is no such path.", "counter");
    for (const auto& [what, count] : answers_)
        to.sample(count, {{"route", what.first}, {"status", std::to_string(what.second)}});
    to.family("request_seconds", "How long answers took; /v1/desired and /v1/host wait for news.", "histogram");
    for (const auto& [route, took] : took_)
        took.write(to, {{"route", route}});
    to.single("wrong_tokens_total", "Requests whose token was none of ours.", wrong_tokens_, "counter");
    to.single("recoveries_total", "Certificates for nodes whose own had ended.", recoveries_, "counter");
    to.family("limited_total", "Requests turned away for too many wrong tokens, by what was too much.", "counter");
    for (const auto limit : limits)
        to.sample(count_of(limited_, limit), {{"by", std::string{to_string(limit)}}});
    to.family("audit_lines_total", "Lines of the audit log; one that was not written let nothing happen.", "counter");
    for (const bool written : {true, false})
        to.sample(count_of(audit_lines_, written), {{"written", written ? "yes" : "no"}});
    to.family("oned_calls_total", "Requests to oned, and whether it answered.", "counter");
    for (const bool answered : {true, false})
        to.sample(count_of(oned_calls_, answered), {{"answered", answered ? "yes" : "no"}});
    to.family("oned_call_seconds", "How long they took.", "histogram");
    oned_took_.write(to, {});
    to.family("nodes", "Nodes by phase, as this replica saw them last.");
    for (const auto phase : phases)
        to.sample(count_of(nodes_, to_string(phase)), {{"phase", std::string{to_string(phase)}}});
    to.sample(count_of(nodes_, std::string_view{"removed"}), {{"phase", "removed"}});
}

}  // namespace onefrontend::api
