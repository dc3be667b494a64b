using System.Text.RegularExpressions;

namespace SafeSpaceCapacity.Architecture.Tests;

/// <summary>What may be written to the program's log: no tokens, no coordinates, no bodies, nothing about a person in crisis.</summary>
public sealed class LogTemplateTests
{
    /// <summary>Each value that a log line may carry, and whose it is.</summary>
    private static readonly Dictionary<string, string> Whose = new(StringComparer.Ordinal)
    {
        ["Failure"] = "service: the type of an exception",
        ["Reason"] = "service: the message of an exception of ours, or of the database",
        ["Position"] = "service: a place in the log",
        ["Method"] = "service: a method of the contract",
        ["Path"] = "service: the path of a method of the contract, which the caller reached",
        ["Space"] = "space: its id",
        ["Removed"] = "service: how many of what retention removed, and how old they were",
    };

    /// <summary>Every call that logs, with its template; none where that is not a plain text.</summary>
    private static readonly List<(string File, string Template)> Templates =
    [
        .. from file in Repository.Files("src", ".cs")
           from Match call in Regex.Matches(
               Repository.Read(file),
               """[lL]ogger\.Log(Trace|Debug|Information|Warning|Error|Critical)?\((\s*\w+,)?(\s*"(?<template>([^"\\]|\\.)*)")?""",
               RegexOptions.ExplicitCapture,
               TimeSpan.FromSeconds(1))
           select (file, call.Groups["template"].Value),
    ];

    [Fact]
    public void Every_log_line_has_a_fixed_template()
    {
        Assert.NotEmpty(Templates);
        Assert.DoesNotContain(Templates, log => log.Template.Length == 0);
    }

    [Fact]
    public void Every_value_of_a_log_line_says_whose_it_is()
    {
        var values =
            from log in Templates
            from Match value in Regex.Matches(log.Template, @"\{(?<name>\w+)[^}]*\}", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1))
            select (log.File, Name: value.Groups["name"].Value);
        Assert.DoesNotContain(values, value => !Whose.ContainsKey(value.Name));
        Assert.Equal(Whose.Keys.Order(StringComparer.Ordinal), values.Select(value => value.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
    }
}
