namespace SafeSpaceCapacity.Cli.Access;

/// <summary>The token that a run was given. Its text is never part of a message.</summary>
internal static class GivenToken
{
    private const string Variable = "SAFESPACE_TOKEN";

    /// <summary>The token: of the file, else of the environment; null where there is neither. A file is read anew, since tokens end.</summary>
    public static string? Read(string? file, Func<string, string?> variable)
    {
        if (file is not null)
            return Checked(OwnerFile.Read(file, "--token-file"), $"--token-file {file}");
        return variable(Variable) is { Length: > 0 } token ? Checked(token, Variable) : null;
    }

    // What RFC 6750 lets a bearer token be. Anything else would be named in full by whoever refuses it later.
    private static string Checked(string text, string where)
    {
        var token = text.Trim();
        if (token.Length == 0)
            throw new FailureException(Failure.BadInput($"{where} is empty."));
        if (!token.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' or '_' or '~' or '+' or '/' or '='))
            throw new FailureException(Failure.BadInput($"{where} holds something else than a token."));
        return token;
    }
}
