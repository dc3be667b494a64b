using Microsoft.Playwright;
using SafeSpaceCapacity.EndToEnd.Tests.Harness;

namespace SafeSpaceCapacity.EndToEnd.Tests.Pages;

/// <summary>axe-core: looks at a page for what keeps people with disabilities out.</summary>
internal static class Axe
{
    private const string Judge =
        """
        async () => (await axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })).violations
          .filter(found => found.impact === "serious" || found.impact === "critical")
          .flatMap(found => found.nodes.map(node => `${found.id}: ${node.html.slice(0, 300)} ${node.failureSummary}`))
        """;

    private static string? _script;

    /// <summary>What is serious or worse on a page.</summary>
    public static async Task<string[]> FindAsync(IPage page)
    {
        await page.EvaluateAsync(_script ??= await InstallAsync());
        return await page.EvaluateAsync<string[]>(Judge);
    }

    private static async Task<string> InstallAsync()
    {
        var folder = Here.Artifacts("axe");
        foreach (var file in new[] { "package.json", "package-lock.json" })
            File.Copy(Path.Combine(Here.Clients, "axe", file), Path.Combine(folder, file));
        await Tool.RunAsync("npm", ["ci", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund"], folder, "npm");
        return await File.ReadAllTextAsync(Path.Combine(folder, "node_modules", "axe-core", "axe.min.js"), TestContext.Current.CancellationToken);
    }
}
