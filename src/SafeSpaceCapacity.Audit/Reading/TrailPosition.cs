using System.Buffers.Text;
using System.Globalization;
using System.Text;
using SafeSpaceCapacity.Audit.Format;

namespace SafeSpaceCapacity.Audit.Reading;

/// <summary>A place in the trails: behind a line.</summary>
internal readonly record struct TrailPosition(string Node, int Segment, long Offset)
{
    /// <summary>Before everything.</summary>
    public static TrailPosition Start => new(string.Empty, 0, 0);

    /// <summary>Reads a page token.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static TrailPosition Parse(string token)
    {
        try
        {
            var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token)).Split('/');
            if (parts is [var node, var segment, var offset] && NodeFolder.IsName(node))
            {
                return new TrailPosition(
                    node,
                    int.Parse(segment, NumberStyles.None, CultureInfo.InvariantCulture),
                    long.Parse(offset, NumberStyles.None, CultureInfo.InvariantCulture));
            }
        }
        catch (Exception unreadable) when (unreadable is FormatException or OverflowException)
        {
            throw new FormatException("page token: it is none of ours", unreadable);
        }

        throw new FormatException("page token: it is none of ours");
    }

    public string ToToken()
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{Node}/{Segment}/{Offset}");
        return Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
    }
}
