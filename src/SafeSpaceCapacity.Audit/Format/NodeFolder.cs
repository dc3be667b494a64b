using System.Globalization;
using System.Text.RegularExpressions;

namespace SafeSpaceCapacity.Audit.Format;

/// <summary>The names of the files of one node's trail. What begins with "." beside it is no part of any trail.</summary>
internal sealed partial record NodeFolder(string Path, string Node)
{
    /// <summary>A file that is being written and gets its name when it is whole.</summary>
    public const string Partial = ".partial";

    public const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode FolderMode = FileMode | UnixFileMode.UserExecute;
    private const string Extension = ".jsonl";

    /// <summary>Where the trail ends.</summary>
    public string Head => In("head.json");

    /// <summary>What retention removed.</summary>
    public string Removed => In("removed.json");

    /// <summary>Held by the process that writes.</summary>
    public string Lock => Beside($".{Node}.lock");

    /// <summary>A trail being made; it gets its name once it has a first segment and a head, so that half a trail is always damage.</summary>
    public NodeFolder New => this with { Path = Beside($".{Node}.new") };

    public static bool IsName(string node) => NamePattern().IsMatch(node);

    public static NodeFolder Of(string root, string node) => IsName(node)
        ? new NodeFolder(System.IO.Path.Combine(System.IO.Path.GetFullPath(root), node), node)
        : throw new ArgumentException($"node: '{node}' must be 1 to 64 letters of ASCII, digits, '-', '_' and '.', the first no '.'", nameof(node));

    /// <summary>All nodes that have a trail, in ordinal order.</summary>
    public static IReadOnlyList<NodeFolder> All(string root) => Directory.EnumerateDirectories(root)
        .Select(path => System.IO.Path.GetFileName(path))
        .Where(name => !name.StartsWith('.'))
        .Order(StringComparer.Ordinal)
        .Select(name => new NodeFolder(System.IO.Path.Combine(System.IO.Path.GetFullPath(root), name), name))
        .ToList();

    public static void Make(string path) => Directory.CreateDirectory(path, FolderMode);

    public static string NameOf(int segment) => segment.ToString("D8", CultureInfo.InvariantCulture) + Extension;

    public string Segment(int number) => In(NameOf(number));

    /// <summary>The numbers of the segments that are there, ascending.</summary>
    public IReadOnlyList<int> Segments() => Files().Select(NumberOf).OfType<int>().Order().ToList();

    /// <summary>Files that no trail has.</summary>
    public IEnumerable<string> Strangers() => Directory.EnumerateFileSystemEntries(Path)
        .Select(path => System.IO.Path.GetFileName(path))
        .Where(name => NumberOf(name) is null && name is not ("head.json" or "removed.json" or "head.json" + Partial or "removed.json" + Partial))
        .Order(StringComparer.Ordinal);

    private static int? NumberOf(string name) =>
        name.EndsWith(Extension, StringComparison.Ordinal)
        && int.TryParse(name.AsSpan(0, name.Length - Extension.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number > 0
        && string.Equals(NameOf(number), name, StringComparison.Ordinal)
            ? number
            : null;

    private string Beside(string name) => System.IO.Path.Combine(System.IO.Path.GetDirectoryName(Path)!, name);

    private string In(string name) => System.IO.Path.Combine(Path, name);

    private IEnumerable<string> Files() => Directory.EnumerateFiles(Path).Select(path => System.IO.Path.GetFileName(path));

    [GeneratedRegex(@"^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex NamePattern();
}
