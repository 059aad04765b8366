# Everything comes from the distribution's packages (packaging/build-deps); nothing is downloaded.
find_package(Threads REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(pugixml REQUIRED)
find_package(CLI11 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(PkgConfig REQUIRED)
if(ONENODE_TESTS)
  find_package(GTest REQUIRED)
endif()
pkg_check_modules(libvirt REQUIRED IMPORTED_TARGET libvirt)
pkg_check_modules(libssh REQUIRED IMPORTED_TARGET libssh)

# From the archive where the distribution has one: only what reads tar is taken then, where the shared library brings XML,
# ACLs and five compressions to every run of onefrontend.
pkg_check_modules(libarchive REQUIRED IMPORTED_TARGET libarchive)
find_library(LIBARCHIVE_ARCHIVE libarchive.a)
add_library(one_libarchive INTERFACE)
if(LIBARCHIVE_ARCHIVE)
  target_include_directories(one_libarchive SYSTEM INTERFACE ${libarchive_INCLUDE_DIRS})
  target_link_libraries(one_libarchive INTERFACE ${LIBARCHIVE_ARCHIVE} ZLIB::ZLIB)
else()
  target_link_libraries(one_libarchive INTERFACE PkgConfig::libarchive)
endif()

# Opening and relocating a shared library is most of what a short run of onenode does.
option(ONENODE_FEW_LIBRARIES "take fmt, spdlog, pugixml and onenode's C++ runtime into the programs" OFF)
if(ONENODE_FEW_LIBRARIES)
  add_library(fmt::fmt INTERFACE IMPORTED GLOBAL)
  target_compile_definitions(fmt::fmt INTERFACE FMT_HEADER_ONLY)
  add_library(spdlog::spdlog INTERFACE IMPORTED GLOBAL)
  target_compile_definitions(spdlog::spdlog INTERFACE SPDLOG_FMT_EXTERNAL)
  target_link_libraries(spdlog::spdlog INTERFACE fmt::fmt)
  set_property(TARGET pugixml::pugixml PROPERTY INTERFACE_LINK_LIBRARIES pugixml::static)
else()
  find_package(fmt REQUIRED)
  find_package(spdlog REQUIRED)
endif()

target_link_libraries(one_flags INTERFACE fmt::fmt)  # texts are made with it everywhere

# Asio and Beast are compiled once, in this library; everyone else sees declarations only.
add_library(one_asio STATIC ${PROJECT_SOURCE_DIR}/cmake/asio.cpp)
target_compile_definitions(one_asio PUBLIC
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION
  BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_HAS_STD_INVOKE_RESULT)
target_include_directories(one_asio SYSTEM PUBLIC ${Boost_INCLUDE_DIRS})
target_link_libraries(one_asio PUBLIC OpenSSL::SSL OpenSSL::Crypto Threads::Threads)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(one_asio PUBLIC -fcoroutines)
endif()
