// The script that runs each probe on the node as OpenNebula would, and how its answer is read.
#include "frontend/proofs/probe_script.hpp"

#include "common/command.hpp"
#include "common/text/words.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>

namespace onefrontend {
namespace {

constexpr std::string_view mark = "onenode-probe:";
constexpr int seconds_each = 20;
constexpr std::array categories{std::string_view{"host/beacon"}, std::string_view{"host/system"},
                                std::string_view{"host/monitor"}, std::string_view{"vm/status"},
                                std::string_view{"vm/monitor"}};

std::string_view take(std::string_view& rest)
{
    const auto word = rest.substr(0, std::min(rest.find(' '), rest.size()));
    rest.remove_prefix(std::min(word.size() + 1, rest.size()));
    return word;
}

}  // namespace

// Directory, locale, arguments and input are those of OpenNebula's client. The databases that probes keep for a host id
// go away again, with the folder that only this run has made. Ruby names its error first, `message (SomeError)`, then
// come hints and a backtrace; everybody else's last line is the telling one.
std::string probe_script(const std::string& remote_scripts_dir, const std::string& type, const std::string& host_name,
                         const std::string& configuration_xml)
{
    const auto quoted = [](const std::string& word) { return one::to_shell({word}); };
    return fmt::format(R"sh(dir={0}/im type={1} id={2} name={3}
xml={4}
metrics=/var/tmp/one_db
[ -e $metrics ] && had_folder=yes
[ -e $metrics/host.db ] && had_metrics=yes
tidy() {{
  rm -f "$dir"/status_*_"$id".db
  [ "$had_metrics" ] || rm -f $metrics/host.db
  [ "$had_folder" ] || rmdir $metrics 2>/dev/null
}}
trap tidy EXIT
trap 'exit 1' HUP PIPE TERM
export LANG=C
cd "$dir/$type.d" || exit 1
run() {{
  for probe in "$dir/$type.d/../$type-probes.d/$1"/*; do
    [ -f "$probe" ] && [ -x "$probe" ] || continue
    words=$(printf '%s' "$xml" 2>/dev/null | timeout -k 1 {5} "$probe" "$type" "$id" "$name" 2>&1 >/dev/null)
    code=$?
    told=$(printf '%s\n' "$words" | grep '([A-Z][A-Za-z:]*)$' | tail -n 1)
    [ "$told" ] || told=$(printf '%s\n' "$words" | grep . | tail -n 1)
    printf '{6}%s %s %s %.300s\n' "$1" "$code" "${{probe##*/}}" "$told"
  done
}}
for category in {7}; do run "$category" & done
wait
printf '{6}done\n'
)sh",
                       quoted(remote_scripts_dir), quoted(type), placeholder_host, quoted(host_name),
                       quoted(configuration_xml), seconds_each, mark, fmt::join(categories, " "));
}

ProbeRuns parse_probe_runs(std::string_view output)
{
    ProbeRuns found;
    for (const auto& line : one::split_lines(output)) {
        const auto at = line.find(mark);
        if (at == std::string::npos) continue;
        std::string_view rest = std::string_view{line}.substr(at + mark.size());
        if (rest == "done") found.complete = true;
        ProbeRun run;
        run.category = take(rest);
        const auto code = take(rest);
        run.file = take(rest);
        run.words = rest;
        const auto [end, bad] = std::from_chars(code.data(), code.data() + code.size(), run.exit_code);
        const bool whole = bad == std::errc{} && end == code.data() + code.size() && !run.file.empty();
        const bool asked_for = std::ranges::find(categories, run.category) != categories.end();
        if (whole && asked_for) found.runs.push_back(std::move(run));
    }
    std::ranges::stable_sort(found.runs, {}, &ProbeRun::category);
    return found;
}

}  // namespace onefrontend
