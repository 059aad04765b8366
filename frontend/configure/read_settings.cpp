// Reads the settings file by the table of keys.
#include "common/text/number.hpp"
#include "common/text/words.hpp"
#include "frontend/configure/keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace onefrontend::configure {
namespace {

using one::Result;
using Kind = Value::Kind;

constexpr std::array<std::string_view, 4> proxy_keys{"servicePort", "remoteAddress", "remotePort", "networks"};

/// One value on its way into the settings: where it stands and how it is called.
struct Given {
    const std::string* yaml = nullptr;
    std::string path{};
    const Value* value = nullptr;
};

one::Failure wrong(const Given& given, std::string reason, std::string next = "docs/configure.md shows what it may be")
{
    const auto begin = given.yaml->begin();
    const auto at = static_cast<std::ptrdiff_t>(std::min(given.value->at, given.yaml->size()));
    return one::fail({.kind = one::ErrorKind::invalid,
                      .thing = fmt::format("{} (line {})", given.path, 1 + std::count(begin, begin + at, '\n')),
                      .reason = std::move(reason),
                      .next = std::move(next),
                      .doing = "use"});
}

Result<std::string> text_of(const Given& given)
{
    if (given.value->kind == Kind::null) return std::string{};
    if (given.value->kind != Kind::scalar) return wrong(given, "a single value was expected");
    if (given.value->text.find('\n') != std::string::npos) return wrong(given, "a single line was expected");
    return given.value->text;
}

Result<int> number_of(const Given& given, int least, int most)
{
    TRY_LET(const auto text, text_of(given));
    const auto number = one::to_number<int>(text);
    if (!number) return wrong(given, "a number was expected");
    if (*number < least || *number > most) return wrong(given, fmt::format("it may be {} to {}", least, most));
    return *number;
}

Result<bool> flag_of(const Given& given)
{
    TRY_LET(const auto text, text_of(given));
    if (text != "true" && text != "false") return wrong(given, "true or false was expected");
    return text == "true";
}

Result<std::vector<std::string>> list_of(const Given& given)
{
    if (given.value->kind == Kind::null) return std::vector<std::string>{};
    if (given.value->kind != Kind::list) return wrong(given, "a list was expected");
    std::vector<std::string> items;
    for (const Value& item : given.value->items) {
        TRY_LET(auto text, text_of({given.yaml, given.path, &item}));
        if (text.empty()) return wrong(given, "an item of it is empty");
        items.push_back(std::move(text));
    }
    return items;
}

one::Failure unknown(const Given& given, std::string_view name, std::span<const std::string_view> known)
{
    const auto near = one::nearest(name, known);
    return wrong(given, "no such key",
                 near.empty() ? "docs/configure.md lists the keys" : fmt::format("did you mean {}?", near));
}

Result<ProxyEntry> proxy_of(const Given& given)
{
    if (given.value->kind != Kind::map)
        return wrong(given, "an entry with servicePort, remoteAddress and remotePort was expected");
    for (const auto& key : given.value->keys)
        if (std::ranges::find(proxy_keys, key) == proxy_keys.end())
            return unknown({given.yaml, given.path + '.' + key, given.value}, key, proxy_keys);
    const auto inside = [&](const char* key) {
        return Given{given.yaml, given.path + '.' + key, given.value->find(key)};
    };
    for (const char* key : {"servicePort", "remoteAddress", "remotePort"})
        if (!inside(key).value) return wrong(given, fmt::format("{} is missing", key));
    ProxyEntry entry;
    TRY_LET(entry.service_port, number_of(inside("servicePort"), 1, 65535));
    TRY_LET(entry.remote_address, text_of(inside("remoteAddress")));
    TRY_LET(entry.remote_port, number_of(inside("remotePort"), 1, 65535));
    if (!inside("networks").value) return entry;
    TRY_LET(entry.networks, list_of(inside("networks")));
    return entry;
}

Result<std::vector<ProxyEntry>> proxies_in(const Given& given)
{
    if (given.value->kind == Kind::null) return std::vector<ProxyEntry>{};
    if (given.value->kind != Kind::list) return wrong(given, "a list was expected");
    std::vector<ProxyEntry> entries;
    for (const Value& item : given.value->items) {
        TRY_LET(auto entry, proxy_of({given.yaml, given.path, &item}));
        entries.push_back(std::move(entry));
    }
    return entries;
}

/// Puts one value where its key says.
struct Setter {
    Settings* settings;
    const Given* given;

    Result<> operator()(Text field) const
    {
        TRY_LET(settings->*field, text_of(*given));
        return {};
    }
    Result<> operator()(Flag field) const
    {
        TRY_LET(settings->*field, flag_of(*given));
        return {};
    }
    Result<> operator()(List field) const
    {
        TRY_LET(settings->*field, list_of(*given));
        return {};
    }
    Result<> operator()(Proxies field) const
    {
        TRY_LET(settings->*field, proxies_in(*given));
        return {};
    }
    Result<> operator()(Free field) const
    {
        if (given->value->kind != Kind::map && given->value->kind != Kind::null)
            return wrong(*given, "keys with values were expected");
        settings->*field = *given->value;
        return {};
    }
    Result<> operator()(const Number& number) const
    {
        TRY_LET(settings->*number.field, number_of(*given, number.least, number.most));
        return {};
    }
    Result<> operator()(const Word& word) const
    {
        TRY_LET(const auto text, text_of(*given));
        if (std::ranges::find(word.words, text) == word.words.end())
            return wrong(*given, fmt::format("it may be {}", fmt::join(word.words, ", ")));
        settings->*word.field = text;
        return {};
    }
};

Result<> read_map(Settings& settings, const Given& given)
{
    if (given.value->kind == Kind::null) return {};
    if (given.value->kind != Kind::map) return wrong(given, "keys with values were expected");
    const auto prefix = given.path.empty() ? "" : given.path + '.';
    std::vector<std::string_view> known;
    for (const Key& key : settings_keys()) {
        if (!key.path.starts_with(prefix)) continue;
        auto rest = key.path.substr(prefix.size());
        const auto step = take_step(rest);
        if (known.empty() || known.back() != step) known.push_back(step);
    }
    for (std::size_t i = 0; i < given.value->keys.size(); ++i) {
        const auto& name = given.value->keys[i];
        Value place = given.value->items[i];
        const Given inside{given.yaml, prefix + name, &given.value->items[i]};
        if (std::ranges::find(known, name) == known.end()) {
            place.at = given.value->keys_at[i];
            return unknown({given.yaml, prefix + name, &place}, name, known);
        }
        const auto key = std::ranges::find(settings_keys(), std::string_view{inside.path}, &Key::path);
        if (key == settings_keys().end())
            TRY(read_map(settings, inside));
        else
            TRY(std::visit(Setter{&settings, &inside}, key->field));
    }
    return {};
}

}  // namespace

Result<Settings> read_settings(const std::string& yaml)
{
    TRY_LET(const auto root, read_yaml(yaml));
    Settings settings;
    TRY(read_map(settings, {&yaml, "", &root}));
    return settings;
}

}  // namespace onefrontend::configure
