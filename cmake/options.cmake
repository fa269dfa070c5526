# Compiler settings of our own code. Presets choose among them; see CMakePresets.json.
option(TUTTI_TESTS "Build the tests and benchmarks" ON)
option(TUTTI_FUZZ "Build the libFuzzer targets (clang)" OFF)
set(TUTTI_SANITIZE "" CACHE STRING "Comma-separated sanitizers, as -fsanitize= takes them")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

find_program(TUTTI_CCACHE ccache)
if(TUTTI_CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER ${TUTTI_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${TUTTI_CCACHE})
endif()

find_program(TUTTI_MOLD mold)
if(TUTTI_MOLD AND NOT TUTTI_FUZZ)
  add_link_options(-fuse-ld=mold)
endif()

add_library(tutti_options INTERFACE)
target_compile_options(tutti_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual -Werror
  -fstack-protector-strong -fno-semantic-interposition)
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(tutti_options INTERFACE -Wno-restrict)  # GCC 12 sees overlaps in std::string that are not there (its bug 105651)
endif()
target_include_directories(tutti_options INTERFACE ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR}/generated)
# Assertions of the standard library stay on in every build: a bug of ours stops the process, and nothing is lost.
target_compile_definitions(tutti_options INTERFACE _GLIBCXX_ASSERTIONS)
# Trees of the debug builds have tiny nodes, so that tests meet every split and merge.
target_compile_definitions(tutti_options INTERFACE $<$<CONFIG:Debug>:TUTTI_SMALL_NODES>)

if(TUTTI_SANITIZE)
  add_compile_options(-fsanitize=${TUTTI_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${TUTTI_SANITIZE})
  # With the sanitizers' extra branches GCC 12 takes parts of <regex> and <functional> for uninitialized.
  add_compile_options($<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
endif()
if(TUTTI_FUZZ)
  add_compile_definitions(FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION)  # checksums always fit, or nothing behind them would be reached
  add_compile_options(-fsanitize=fuzzer-no-link)  # what the fuzzer needs to see of the code under test
endif()
