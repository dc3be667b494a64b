using System.CommandLine;

namespace SafeSpaceCapacity.Cli.Commands;

/// <summary>Shell completion: each script asks the program itself through its suggest directive.</summary>
internal static class CompletionCommand
{
    private const string Bash =
        """
        # safespace completion for bash. Use it with: source <(safespace completion bash)
        _safespace() {
            local line="safespace${COMP_LINE#"${COMP_WORDS[0]}"}"
            local point=$((COMP_POINT - ${#COMP_WORDS[0]} + 9))
            local IFS=$'\n'
            COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" "[suggest:$point]" "$line" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _safespace safespace
        """;

    private const string Zsh =
        """
        # safespace completion for zsh. Use it with: source <(safespace completion zsh)
        _safespace() {
            local -a found
            found=("${(@f)$("${words[1]}" "[suggest:$((CURSOR - ${#words[1]} + 9))]" "safespace${BUFFER#"${words[1]}"}" 2>/dev/null)}")
            compadd -a found
        }
        compdef _safespace safespace
        """;

    private const string Fish =
        """
        # safespace completion for fish. Use it with: safespace completion fish | source
        function __safespace
            set -l typed (commandline -cp)
            safespace "[suggest:"(string length -- "$typed")"]" "$typed" 2>/dev/null
        end
        complete -c safespace -f -a "(__safespace)"
        """;

    public static Command Create(CommandLine line)
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish" };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        return line.Command(
            "completion",
            "Print a script that completes commands, options and codes in your shell",
            ["source <(safespace completion bash)", "safespace completion fish | source"],
            [shell],
            session =>
            {
                session.Terminal.Out.WriteLine(session.Get(shell) switch { "bash" => Bash, "zsh" => Zsh, _ => Fish });
                return Task.FromResult(ExitCodes.Done);
            });
    }
}
