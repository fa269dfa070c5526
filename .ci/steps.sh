# What the commands of ./dev do. Sourced by ./dev, which has the packages and the editors at hand.
# shellcheck shell=bash

jobs=$(nproc)
our_sources() { git ls-files -- '*.cpp' '*.hpp' '*.h'; }

# build PRESET [TARGET...]
build() {
  local preset=$1
  shift
  [ -f "build/$preset/build.ninja" ] || cmake --preset "$preset" >"build-$preset.log" 2>&1 || { cat "build-$preset.log"; return 1; }
  rm -f "build-$preset.log"
  cmake --build "build/$preset" --parallel "$jobs" ${1:+--target "$@"} -- --quiet
}

# The main job, proven with real editors: see tests/editors/prove.mjs.
prove() {
  editor_tools
  TUTTI_BIN="$PWD/build/release/bin" exec node tests/editors/prove.mjs "$@"
}

test_all() {
  local pattern=${1:-}
  editor_tools
  TUTTI_NVIM_NEW=$(newer_neovim)
  TUTTI_HELIX=$(helix)
  TUTTI_CODE_SERVER=$(code_server)
  export TUTTI_NVIM_NEW TUTTI_HELIX TUTTI_CODE_SERVER
  vscode_extension
  build dev
  ctest --test-dir build/dev --parallel "$jobs" --output-on-failure --no-tests=error ${pattern:+-R "$pattern"}
  [ -n "$pattern" ] && return
  echo "Everything without I/O and what reads foreign bytes, under ASan and UBSan"
  build asan test_unit test_threads test_wire test_net test_merge test_session test_peer test_sim test_store test_plain test_lsp
  ctest --test-dir build/asan --parallel "$jobs" --output-on-failure --no-tests=error -L '^(unit|threads|wire|net|merge|session|peer|sim|store|plain|lsp)$'
  echo "Where threads meet, under TSan"
  build tsan test_net test_threads
  ctest --test-dir build/tsan --parallel "$jobs" --output-on-failure --no-tests=error -L '^(net|threads)$'
  echo "A minute and a half for those who send anything to the merge engine and the journal"
  fuzz 20 fuzz_merge_decode fuzz_merge_apply fuzz_merge_live fuzz_merge_converge fuzz_journal
  echo "What users build"
  build release tutti tutti-hub
}

lint() {
  our_sources | xargs clang-format --dry-run --Werror
  shellcheck dev .ci/run .ci/*.sh tests/support/*.sh
  python3 tests/tidy/tidy.py
  build dev
  our_sources | grep '\.cpp$' | grep -v '^tests/' | xargs -P "$jobs" -n 4 clang-tidy -p build/dev --quiet --extra-arg=-Wno-unknown-warning-option 2>/dev/null
}

format() { our_sources | xargs clang-format -i; }

bench() {
  local name=${1:-editors}
  [ $# -gt 0 ] && shift
  case "$name" in
    editors) build release tutti tutti-hub && editor_tools && rival_tools && vscode_extension && TUTTI_CODE_SERVER=$(code_server) TUTTI_NVIM_NEW=$(newer_neovim) TUTTI_BIN="$PWD/build/release/bin" node tests/editors/bench.mjs "$@" ;;
    durability) build release bench_durability && build/release/bin/bench_durability "$@" ;;
    merge) build release bench_merge && build/release/bin/bench_merge "$@" ;;
    join) build release bench_join && build/release/bin/bench_join "$@" ;;
    *) echo "no benchmark named $name: durability, editors, join, merge" >&2 && return 2 ;;
  esac
}

# fuzz SECONDS [NAME...]: these fuzzers, or all.
fuzz() {
  local seconds=$1 name
  shift
  build fuzz "$@"
  [ $# -gt 0 ] || set -- build/fuzz/bin/fuzz_*
  for name in "${@##*/}"; do
    mkdir -p "build/fuzz/corpus/$name"
    echo "$name for $seconds s"
    "build/fuzz/bin/$name" -max_total_time="$seconds" -rss_limit_mb=1024 -timeout=10 -print_final_stats=1 -verbosity=0 \
      "build/fuzz/corpus/$name" tests/*/corpus/"$name"
  done
}

simulate() { build release tutti-sim && build/release/bin/tutti-sim "$@"; }

screenshots() {
  build release tutti tutti-hub && editor_tools && vscode_extension
  TUTTI_CODE_SERVER=$(code_server)
  export TUTTI_CODE_SERVER TUTTI_BIN="$PWD/build/release/bin"
  node tests/editors/screenshot.mjs build/screenshots
  node tests/editors/vscode_screenshot.mjs build/screenshots
}
