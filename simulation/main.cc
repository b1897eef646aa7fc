// SPDX-License-Identifier: Apache-2.0
// caretaker-simulate: runs worlds from their seeds and judges them. script/simulate builds and starts it.
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "simulation/mutations.h"
#include "simulation/reached.h"
#include "simulation/simulate.h"
#include "simulation/small_worlds.h"

namespace {

using simulation::Tally;
using simulation::Verdict;

struct Options {
  std::uint64_t from = 1;
  std::uint64_t seeds = 200;
  int days = 2;
  unsigned jobs = 1;
  std::optional<std::uint64_t> replay;
  std::string mutation;
  bool mutations = false;
  bool keep_going = false;
  bool exhaustive = false;
};

// Within this many worlds each mutation must be caught.
constexpr std::uint64_t mutation_worlds_max = 1'000;

template <class T>
T number(std::string_view option, std::string_view text) {
  T value{};
  if (const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
      read.ec != std::errc() || read.ptr != text.data() + text.size()) {
    fmt::print(stderr, "caretaker-simulate: {} needs a number, and `{}` is none\n", option, text);
    std::exit(2);
  }
  return value;
}

Options read_options(const std::vector<std::string>& arguments) {
  Options options;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const auto& option = arguments[i];
    const auto value = [&]() -> std::string_view {
      if (i + 1 < arguments.size()) return arguments[++i];
      fmt::print(stderr, "caretaker-simulate: {} needs a value\n", option);
      std::exit(2);
    };
    if (option == "--seeds") {
      options.seeds = number<std::uint64_t>(option, value());
    } else if (option == "--from") {
      options.from = number<std::uint64_t>(option, value());
    } else if (option == "--days") {
      options.days = std::clamp(number<int>(option, value()), 1, 365);
    } else if (option == "--jobs") {
      options.jobs = std::clamp(number<unsigned>(option, value()), 1U, 64U);
    } else if (option == "--replay") {
      options.replay = number<std::uint64_t>(option, value());
    } else if (option == "--mutation") {
      options.mutation = value();
    } else if (option == "--mutations") {
      options.mutations = true;
    } else if (option == "--exhaustive") {
      options.exhaustive = true;
    } else if (option == "--keep-going") {
      options.keep_going = true;
    } else {
      fmt::print(stderr, "caretaker-simulate: unknown option {}; see script/simulate --help\n", option);
      std::exit(2);
    }
  }
  return options;
}

// What a failure looks like: where it is, how to see it again, what led to it.
void show(const Options& options, std::uint64_t seed, const Verdict& verdict) {
  fmt::print("\nseed {} violates invariant {} at {}: {}\n", seed, verdict.violation->invariant,
             simulation::world_time(verdict.violation->at), verdict.violation->sentence);
  if (!verdict.violation->service.empty()) fmt::print("  service {}\n", verdict.violation->service);
  const auto* commit = std::getenv("CARETAKER_COMMIT");
  fmt::print("  world   {}\n  commit  {}\n  script/simulate --replay {}{}{}\n\n", verdict.setting,
             commit ? commit : "unknown (script/simulate tells it)", seed,
             options.days == 2 ? "" : fmt::format(" --days {}", options.days),
             options.mutation.empty() ? "" : " --mutation " + options.mutation);
  for (const auto& line : verdict.trace) fmt::print("  {}\n", line);
}

Verdict run(const Options& options, std::uint64_t seed, bool trace, Tally& tally) {
  return simulation::simulate({.seed = seed, .days = options.days, .trace = trace}, tally);
}

// Runs every `jobs`th seed, beginning with number `part`; ends with the first violation. Returns its seed.
std::optional<std::uint64_t> run_part(const Options& options, unsigned part, Tally& tally) {
  std::optional<std::uint64_t> first;
  const bool shows_progress = part == 0 && isatty(STDERR_FILENO) != 0;
  for (auto seed = options.from + part; seed < options.from + options.seeds; seed += options.jobs) {
    if (const auto verdict = run(options, seed, false, tally); verdict.violation) {
      if (!options.keep_going) return seed;
      first = first ? first : seed;
      fmt::print("seed {}: invariant {}: {}\n", seed, verdict.violation->invariant, verdict.violation->sentence);
      std::fflush(stdout);
    }
    if (shows_progress && tally.worlds % 16 == 0)
      fmt::print(stderr, "\r{} of {} worlds", tally.worlds * options.jobs, options.seeds);
  }
  if (shows_progress) fmt::print(stderr, "\r{:40}\r", "");
  return first;
}

// What a part writes for the process that started it: the seed of its violation or 0, and its tally.
void write_part(std::FILE* file, std::optional<std::uint64_t> bad, const Tally& tally) {
  fmt::print(file, "{} {} {} {} {}\n", bad.value_or(0), tally.worlds, tally.invocations, tally.reconciles,
             tally.requests);
  for (const auto& [what, times] : tally.sometimes) fmt::print(file, "{} {}\n", times, what);
  std::fflush(file);
}

std::optional<std::uint64_t> read_part(std::FILE* file, Tally& tally) {
  std::rewind(file);
  unsigned long long bad = 0;
  unsigned long long counts[4] = {};
  if (std::fscanf(file, "%llu %llu %llu %llu %llu", &bad, &counts[0], &counts[1], &counts[2], &counts[3]) != 5)
    return 1;
  Tally part{
      .worlds = counts[0], .invocations = counts[1], .reconciles = counts[2], .requests = counts[3], .sometimes = {}};
  unsigned long long times = 0;
  for (char what[200]; std::fscanf(file, "%llu %199[^\n]", &times, what) == 2;) part.sometimes[what] = times;
  tally.add(part);
  return bad == 0 ? std::nullopt : std::optional<std::uint64_t>(bad);
}

// What a part of the work writes for whom it did it.
using Take = std::function<void(std::FILE* written)>;

void print_all(std::FILE* written) {
  for (int c = 0; (c = std::fgetc(written)) != EOF;) std::putchar(c);
  std::fflush(stdout);
}

// Does `count` parts of the work, which know nothing of each other, each in a process of its own unless there is one job, and as
// many at once as there are jobs. Hands `take` what each wrote, in their order, as soon as it can be. True if all were good.
bool spread(unsigned jobs, std::size_t count, const std::function<bool(std::size_t part, std::FILE* file)>& work,
            const Take& take = print_all) {
  struct Part {
    std::FILE* file = nullptr;
    pid_t process = 0;
    bool is_done = false;
  };
  std::vector<Part> parts(count);
  bool all = true;
  std::size_t taken = 0;
  unsigned running = 0;
  // A process would print once more what has not left this one.
  std::fflush(stdout);
  for (std::size_t begun = 0; taken < count;) {
    if (parts[taken].is_done) {
      std::rewind(parts[taken].file);
      take(parts[taken].file);
      std::fclose(parts[taken++].file);
    } else if (begun < count && running < jobs) {
      auto& part = parts[begun];
      part.file = std::tmpfile();
      part.process = part.file && jobs > 1 ? fork() : 0;
      if (!part.file || part.process < 0) {
        fmt::print(stderr, "caretaker-simulate: no further process can be started\n");
        std::exit(1);
      }
      if (part.process == 0) {
        const bool is_good = work(begun, part.file);
        std::fflush(part.file);
        if (jobs > 1) std::_Exit(is_good ? 0 : 1);
        all = all && is_good;
        part.is_done = true;
      } else {
        ++running;
      }
      ++begun;
    } else {
      int status = 0;
      const auto process = wait(&status);
      if (!WIFEXITED(status) || WEXITSTATUS(status) > 1) {
        fmt::print(stderr, "caretaker-simulate: a process ended with status {}\n", status);
        std::exit(1);
      }
      all = all && status == 0;
      std::ranges::find(parts, process, &Part::process)->is_done = true;
      --running;
    }
  }
  return all;
}

// Returns the lowest seed that any of the jobs found bad.
std::optional<std::uint64_t> run_all(const Options& options, Tally& tally) {
  std::optional<std::uint64_t> bad;
  spread(
      options.jobs, options.jobs,
      [&](std::size_t part, std::FILE* file) {
        Tally own;
        write_part(file, run_part(options, static_cast<unsigned>(part), own), own);
        return true;
      },
      [&](std::FILE* written) {
        if (const auto found = read_part(written, tally)) bad = std::min(bad.value_or(*found), *found);
      });
  return bad;
}

void show_tally(const Options& options, const Tally& tally, double seconds) {
  fmt::print("{} worlds of {} days, {} invocations, {} reconciles, {} requests in {:.1f} s on {} core{}\n",
             tally.worlds, options.days, tally.invocations, tally.reconciles, tally.requests, seconds, options.jobs,
             options.jobs == 1 ? "" : "s");
  fmt::print("{:.0f} reconciles/s and {:.0f} requests/s a core\n\nreached:\n",
             static_cast<double>(tally.reconciles) / seconds / options.jobs,
             static_cast<double>(tally.requests) / seconds / options.jobs);
  for (const auto& [what, times] : tally.sometimes) fmt::print("  {:>9}  {}\n", times, what);
}

int run_seeds(const Options& options) {
  Tally tally;
  const auto begin = std::chrono::steady_clock::now();
  const auto bad = run_all(options, tally);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  if (bad && options.keep_going) show_tally(options, tally, took.count());
  if (bad) {
    Tally again;
    const auto verdict = run(options, *bad, true, again);
    if (verdict.violation)
      show(options, *bad, verdict);
    else
      fmt::print("seed {} violated an invariant, and does not when it is run again: not all of it comes of the seed\n",
                 *bad);
    return 1;
  }
  show_tally(options, tally, took.count());
  // Fewer worlds can't be expected to meet everything.
  if (options.seeds < simulation::worlds_to_reach_all || !options.mutation.empty()) return 0;
  const auto missed = simulation::missed(tally);
  for (const auto& what : missed) fmt::print("never reached: {}\n", what);
  return missed.empty() ? 0 : 1;
}

int replay(const Options& options) {
  Tally tally;
  const auto verdict = run(options, *options.replay, true, tally);
  if (!verdict.violation) {
    fmt::print("seed {} violates nothing\n", *options.replay);
    return 0;
  }
  show(options, *options.replay, verdict);
  return 1;
}

int run_mutations(const Options& options) {
  fmt::print("{:<28} {:<10} {:>7}  {}\n", "mutation", "caught by", "worlds", "it");
  const auto mutations = simulation::mutations();
  const bool all = spread(options.jobs, mutations.size(), [&](std::size_t part, std::FILE* file) {
    const auto& mutation = mutations[part];
    simulation::active_mutation = mutation.name;
    std::optional<Verdict> caught;
    std::uint64_t worlds = 0;
    while (!caught && worlds < mutation_worlds_max) {
      Tally tally;
      auto verdict = run(options, options.from + worlds++, false, tally);
      if (verdict.violation) caught = std::move(verdict);
    }
    fmt::print(file, "{:<28} {:<10} {:>7}  {}\n", mutation.name,
               caught ? fmt::format("{}", caught->violation->invariant) : "NOTHING", worlds, mutation.does);
    return caught.has_value();
  });
  return all && !mutations.empty() ? 0 : 1;
}

int run_small_worlds(const Options& options) {
  fmt::print("{:<28} {:>8} {:>8} {:>8}\n", "story", "faults", "crashes", "orders");
  const auto stories = simulation::small_stories();
  const bool all = spread(options.jobs, stories.size(), [&](std::size_t part, std::FILE* file) {
    const auto tried = simulation::try_all(stories[part], simulation::Extent::All);
    fmt::print(file, "{:<28} {:>8} {:>8} {:>8}{}{}\n", tried.story, tried.faults, tried.pairs, tried.orders,
               tried.wrong ? "  " : "", tried.wrong.value_or(""));
    return !tried.wrong;
  });
  return all ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const auto options = read_options({argv + 1, argv + argc});
  const auto mutations = simulation::mutations();
  if (!options.mutation.empty()) {
    const auto found = std::ranges::find(mutations, options.mutation, &simulation::Mutation::name);
    if (found == mutations.end()) {
      fmt::print(stderr, "caretaker-simulate: there is no mutation {}; simulation/mutations.txt lists them\n",
                 options.mutation);
      return 2;
    }
    simulation::active_mutation = found->name;
  }
  if (options.exhaustive) return run_small_worlds(options);
  if (options.mutations) return run_mutations(options);
  return options.replay ? replay(options) : run_seeds(options);
}
