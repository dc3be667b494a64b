using System.Runtime.InteropServices;
using Xunit.Sdk;
using Xunit.v3;

namespace SafeSpaceCapacity.EndToEnd.Tests.Harness;

/// <summary>
/// The order of a class's tests: by name, or shuffled by SAFESPACE_ORDER. The framework's own comes from the path of the built file, so tests that share a
/// service would run in another order wherever they are checked out.
/// </summary>
public sealed class TestOrder : ITestCaseOrderer
{
    /// <inheritdoc/>
    public IReadOnlyCollection<TTestCase> OrderTestCases<TTestCase>(IReadOnlyCollection<TTestCase> testCases)
        where TTestCase : notnull, ITestCase
    {
        var ordered = testCases.OrderBy(test => test.TestCaseDisplayName, StringComparer.Ordinal).ToList();
        if (Settings.Order is { } seed)
            new Random(seed).Shuffle(CollectionsMarshal.AsSpan(ordered));
        return ordered;
    }
}
