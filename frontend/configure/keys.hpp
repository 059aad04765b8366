// The table of settings: path in the file, where it goes, what it may be, what it is.
#pragma once

#include "frontend/configure/settings.hpp"

#include <span>
#include <string_view>
#include <variant>

namespace onefrontend::configure {

using Text = std::string Settings::*;
using Flag = bool Settings::*;
using List = std::vector<std::string> Settings::*;
using Proxies = std::vector<ProxyEntry> Settings::*;
using Free = Value Settings::*;  // a map as OpenNebula's own file has it

struct Number {
    int Settings::*field = nullptr;
    int least = 1;
    int most = 65535;  // a port, unless said
};
struct Word {
    std::string Settings::*field = nullptr;
    std::span<const std::string_view> words{};
};

struct Key {
    std::string_view path;  // "oned.log.level"
    std::variant<Text, Flag, List, Proxies, Free, Number, Word> field;
    std::string_view unset;  // what an empty default stands for, in words; empty where it stands for nothing
    std::string_view text;
};

std::span<const Key> settings_keys();

/// "oned" of "oned.log.level", "log" of its rest: takes the first step off the path.
std::string_view take_step(std::string_view& path);

}  // namespace onefrontend::configure
