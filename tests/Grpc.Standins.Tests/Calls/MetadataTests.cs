using Grpc.Core;

namespace Grpc.Standins.Tests.Calls;

public sealed class MetadataTests
{
    [Fact]
    public void Keys_are_in_lower_case_and_found_in_any_case()
    {
        var headers = new Metadata { { "User", "ada" } };

        Assert.Equal("user", headers[0].Key);
        Assert.Equal("ada", headers.GetValue("USER"));
    }

    [Fact]
    public void The_last_of_several_entries_is_the_value()
    {
        var headers = new Metadata { { "user", "ada" }, { "user", "bo" } };

        Assert.Equal("bo", headers.GetValue("user"));
        Assert.Equal(2, headers.GetAll("user").Count());
        Assert.Null(headers.GetValue("nobody"));
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("a:b")]
    [InlineData("å")]
    public void A_key_that_no_header_can_have_is_refused(string key) =>
        Assert.ThrowsAny<ArgumentException>(() => new Metadata.Entry(key, "value"));

    [Fact]
    public void Text_and_bytes_need_the_right_suffix()
    {
        Assert.Throws<ArgumentException>(() => new Metadata.Entry("key-bin", "text"));
        Assert.Throws<ArgumentException>(() => new Metadata.Entry("key", [1]));
        Assert.Throws<InvalidOperationException>(() => new Metadata.Entry("key-bin", [1]).Value);
    }

    [Fact]
    public void Binary_values_are_copies()
    {
        byte[] bytes = [1, 2];
        var entry = new Metadata.Entry("key-bin", bytes);
        bytes[0] = 9;
        entry.ValueBytes[1] = 9;

        Assert.Equal([1, 2], entry.ValueBytes);
    }

    [Fact]
    public void The_empty_metadata_stays_empty() => Assert.Throws<InvalidOperationException>(() => Metadata.Empty.Add("user", "ada"));
}
