// The bodies that a real oned answered with.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

/// By the number in front of its name: 13 is 13-host-info.response.xml.
inline std::string captured_answer(const std::string& number)
{
    for (const auto& entry : std::filesystem::directory_iterator{WIRE_DATA}) {
        const std::string name = entry.path().filename().string();
        if (!name.starts_with(number + "-") || !name.ends_with(".response.xml")) continue;
        std::ifstream file{entry.path(), std::ios::binary};
        return {std::istreambuf_iterator<char>{file}, {}};
    }
    throw std::runtime_error{"no capture " + number};
}
