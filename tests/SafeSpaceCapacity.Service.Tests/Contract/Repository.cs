namespace SafeSpaceCapacity.Service.Tests.Contract;

/// <summary>Files of the repository that this test was built in.</summary>
internal static class Repository
{
    public static string Folder(string path)
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(at.FullName, "SafeSpaceCapacity.sln")))
            at = at.Parent ?? throw new DirectoryNotFoundException($"SafeSpaceCapacity.sln is not above {AppContext.BaseDirectory}");
        return Path.Combine(at.FullName, path);
    }
}
