// SPDX-License-Identifier: Apache-2.0
#include "cli/completion.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ostream>

#include "cli/facts_file.h"
#include "cli/failure.h"
#include "cli/file.h"
#include "cli/text.h"
#include "rules/lookup.h"
#include "rules/suggest.h"

namespace cli {
namespace {

// Bash cuts words at colons, which ARNs have: what stands before the last one is not to be given again.
constexpr std::string_view bash =
    R"sh(# Completion for caretaker in bash. In ~/.bashrc: eval "$(caretaker completion bash)"
_caretaker() {
  local line=${COMP_LINE:0:COMP_POINT} words=() current before='' candidate
  read -ra words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=('')
  current=${words[${#words[@]} - 1]}
  [[ $COMP_WORDBREAKS == *:* ]] && before=${current%"${current##*:}"}
  COMPREPLY=()
  while IFS=$'\t' read -r candidate _; do
    case $candidate in
      :files) compopt -o filenames; mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$current") ;;
      :folders) compopt -o filenames; mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -d -- "$current") ;;
      *) COMPREPLY+=("${candidate#"$before"}") ;;
    esac
  done < <("${words[0]}" completion --words -- "${words[@]:1}" 2>/dev/null)
}
complete -F _caretaker caretaker
)sh";

constexpr std::string_view zsh = R"sh(#compdef caretaker
# Completion for caretaker in zsh. In ~/.zshrc, behind compinit: eval "$(caretaker completion zsh)"
_caretaker() {
  local -a candidates
  local word meaning
  while IFS=$'\t' read -r word meaning; do
    case $word in
      :files) _files ;;
      :folders) _files -/ ;;
      *) candidates+=("${word//:/\\:}${meaning:+:$meaning}") ;;
    esac
  done < <("${words[1]}" completion --words -- "${(@)words[2,CURRENT]}" 2>/dev/null)
  (( ${#candidates} )) && _describe caretaker candidates
}
# As a file of $fpath it is called by its first use.
if [[ ${funcstack[1]} = _caretaker ]]; then _caretaker "$@"; else compdef _caretaker caretaker; fi
)sh";

constexpr std::string_view fish =
    R"sh(# Completion for caretaker in fish. In ~/.config/fish/config.fish: caretaker completion fish | source
function __caretaker_complete
  set -l words (commandline -opc)
  for line in ($words[1] completion --words -- $words[2..-1] (commandline -ct) 2>/dev/null)
    switch $line
      case ':files'
        __fish_complete_path (commandline -ct)
      case ':folders'
        __fish_complete_directories (commandline -ct)
      case '*'
        echo $line
    end
  end
end
complete -c caretaker -f -a '(__caretaker_complete)'
)sh";

struct Script {
  std::string_view shell;
  std::string_view text;
};
constexpr std::array scripts = {Script{"bash", bash}, Script{"zsh", zsh}, Script{"fish", fish}};

class Completing {
 public:
  Completing(std::span<const std::string> words, const std::vector<Command>& commands, const Outside& outside)
      : current_(words.empty() ? std::string() : words.back()),
        before_(words.first(words.empty() ? 0 : words.size() - 1)),
        name_(before_.empty() ? std::string() : before_.front()),
        commands_(commands),
        outside_(outside) {
    if (before_.size() < 2 || parts_of(name_, commands_).empty()) return;
    name_ += ' ' + before_[1];
    before_ = before_.subspan(1);
  }

  void run() const {
    if (const auto parts = parts_of(name_, commands_); !parts.empty()) {
      for (const auto& part : parts) offer(part.name.substr(part.name.rfind(' ') + 1), part.description);
      offer("--help", "");
      if (before_.empty()) offer("--version", "");
      return;
    }
    const auto command = std::ranges::find(commands_, name_, &Command::name);
    if (command == commands_.end()) return;
    if (const auto* open = before_.size() > 1 ? option(*command, before_.back()) : nullptr;
        open && !open->takes.empty()) {
      return values(open->takes);
    }
    if (current_.starts_with('-') && current_ != "-") return options(*command);
    placed(*command);
  }

 private:
  static const Argument* option(const Command& command, std::string_view name) {
    for (const auto& argument : command.arguments) {
      if (std::ranges::find(argument.names, name) != argument.names.end()) return &argument;
    }
    return nullptr;
  }

  void offer(std::string_view word, std::string_view meaning) const {
    if (!word.starts_with(current_)) return;
    outside_.out << word << (meaning.empty() ? "" : "\t") << meaning << '\n';
  }

  void options(const Command& command) const {
    for (const auto& argument : command.arguments) {
      const bool given = std::ranges::any_of(
          argument.names, [&](const auto& name) { return std::ranges::find(before_, name) != before_.end(); });
      for (const auto& name : argument.names) {
        if (!given && name.starts_with("--")) offer(name, argument.description);
      }
    }
  }

  // What stands behind an option, or has its place.
  void values(std::string_view kind) const {
    if (kind.contains("FILE")) outside_.out << ":files\n";
    if (kind.starts_with("DIR")) outside_.out << ":folders\n";
    if (kind.contains("SERVICE")) services();
    for (const auto& script : scripts) {
      if (kind.starts_with("SHELL")) offer(script.shell, "");
    }
    for (const auto* duration : {"5m", "10m", "30m", "1h"}) {
      if (kind.starts_with("DURATION")) offer(duration, "");
    }
  }

  // `[SERVICE...]`, but not `SERVICE [TAG...]`.
  static bool takes_many(std::string_view takes) { return takes.contains("...") && !takes.contains(' '); }

  void placed(const Command& command) const {
    std::size_t filled = 0;
    for (std::size_t i = 1; i < before_.size(); ++i) {
      if (const auto* open = option(command, before_[i])) {
        i += open->takes.empty() ? 0 : 1;
      } else {
        ++filled;
      }
    }
    for (const auto& argument : command.arguments) {
      if (argument.names.empty() && (filled == 0 || takes_many(argument.takes))) values(argument.takes);
    }
  }

  std::string value_of(std::string_view name) const {
    const auto at = std::ranges::find(before_, name);
    return at == before_.end() || at + 1 == before_.end() ? std::string() : *(at + 1);
  }

  void services() const {
    auto file = value_of("--rules");
    const bool facts = file.empty();
    if (facts) file = value_of("--facts");
    // Standard input is not ours to read, and a pipe can be read but once.
    if (file.empty() || file == "-" || !is_plain_file(file)) return;
    auto text = read_file(file, outside_.in);
    if (!text) return;
    if (facts) {
      const auto parsed = parse_facts_file(*text);
      if (!parsed) return;
      *text = parsed->rules;
    }
    const auto checked = rules::parse_rules(std::move(*text));
    if (!checked.rules) return;
    for (const auto& rule : checked.rules->rules) {
      const auto name = rules::label(rule, checked.rules->rules);
      if (std::ranges::find(before_, name) == before_.end()) offer(name, printable(rule.range_text));
      if (current_.starts_with("arn:")) offer(rule.service.text, printable(rule.range_text));
    }
  }

  std::string current_;
  std::span<const std::string> before_;  // From the command's last word on.
  std::string name_;                     // The command's: `plan`, `rules push`.
  const std::vector<Command>& commands_;
  const Outside& outside_;
};

}  // namespace

int completion(std::string_view shell, const Outside& outside) {
  const auto* script = std::ranges::find(scripts, shell, &Script::shell);
  if (script != scripts.end()) {
    outside.out << script->text;
    return 0;
  }
  return refuse(outside.err, "completion",
                base::fail(base::ErrorKind::Invalid,
                           fmt::format("there is no completion for `{}`; there is for bash, zsh and fish", shell))
                    .error());
}

void complete(std::span<const std::string> words, const std::vector<Command>& commands, const Outside& outside) {
  Completing(words, commands, outside).run();
}

}  // namespace cli
