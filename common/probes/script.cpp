// The script, and how its answer is read.
#include "common/probes/script.hpp"

#include "common/command.hpp"
#include "common/text/number.hpp"
#include "common/text/words.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace one::probes {
namespace {

constexpr std::string_view mark = "onenode-probe:";
constexpr std::array categories{std::string_view{"host/beacon"}, std::string_view{"host/system"},
                                std::string_view{"host/monitor"}, std::string_view{"vm/status"},
                                std::string_view{"vm/monitor"}};

std::string_view take(std::string_view& rest)
{
    const auto word = rest.substr(0, std::min(rest.find(' '), rest.size()));
    rest.remove_prefix(std::min(word.size() + 1, rest.size()));
    return word;
}

// Where OpenNebula comes to it; the number of categories where it does not.
std::size_t place_of(const Run& run)
{
    return static_cast<std::size_t>(std::ranges::find(categories, run.category) - categories.begin());
}

}  // namespace

// Directory, locale, arguments and input are those of OpenNebula's client. The databases that probes keep for a host id
// go away again, with the folder that only this run has made, where the id is nobody's. Ruby names its error first,
// `message (SomeError)`, then come hints and a backtrace; everybody else's last line is the telling one. The kernel's
// uptime is a clock that no shell has to start a program for.
std::string script(const Host& host)
{
    const auto quoted = [](const std::string& word) { return to_shell({word}); };
    return fmt::format(R"sh(dir={0}/im type={1} id={2} name={3}
xml={4}
metrics=/var/tmp/one_db
[ -e $metrics ] && had_folder=yes
[ -e $metrics/host.db ] && had_metrics=yes
[ "$(ls "$dir"/status_*_"$id".db 2>/dev/null)" ] && had_states=yes
tidy() {{
  [ "$had_states" ] || rm -f "$dir"/status_*_"$id".db
  [ "$had_metrics" ] || rm -f $metrics/host.db
  [ "$had_folder" ] || rmdir $metrics 2>/dev/null
}}
trap tidy EXIT
trap 'exit 1' HUP PIPE TERM
export LANG=C
cd "$dir/$type.d" || exit 1
centiseconds() {{
  read -r up rest </proc/uptime
  echo "${{up%.*}}${{up#*.}}"
}}
run() {{
  for probe in "$dir/$type.d/../$type-probes.d/$1"/*; do
    [ -f "$probe" ] && [ -x "$probe" ] || continue
    began=$(centiseconds)
    words=$(printf '%s' "$xml" 2>/dev/null | timeout -k 1 {5} "$probe" "$type" "$id" "$name" 2>&1 >/dev/null)
    code=$?
    took=$(($(centiseconds) - began))
    told=$(printf '%s\n' "$words" | grep '([A-Z][A-Za-z:]*)$' | tail -n 1)
    [ "$told" ] || told=$(printf '%s\n' "$words" | grep . | tail -n 1)
    printf '{6}%s %s %s %s %.300s\n' "$1" "$code" "$took" "${{probe##*/}}" "$told"
  done
}}
for category in {7}; do run "$category" & done
wait
printf '{6}done\n'
)sh",
                       quoted(host.remote_scripts_dir), quoted(host.type), quoted(host.id), quoted(host.name),
                       quoted(host.configuration_xml), limit_each.count(), mark, fmt::join(categories, " "));
}

Runs parse(std::string_view output)
{
    Runs found;
    for (const auto& line : split_lines(output)) {
        const auto at = line.find(mark);
        if (at == std::string::npos) continue;
        std::string_view rest = std::string_view{line}.substr(at + mark.size());
        if (rest == "done") found.complete = true;
        Run run;
        run.category = take(rest);
        const auto code = to_number<int>(take(rest));
        const auto took = to_number<int>(take(rest));
        run.file = take(rest);
        run.words = rest;
        if (!code || !took || run.file.empty() || place_of(run) == categories.size()) continue;
        run.exit_code = *code;
        run.took = std::chrono::milliseconds{*took * 10LL};
        found.runs.push_back(std::move(run));
    }
    std::ranges::stable_sort(found.runs, {}, place_of);
    return found;
}

}  // namespace one::probes
