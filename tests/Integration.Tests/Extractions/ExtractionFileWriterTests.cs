using System.Runtime.CompilerServices;
using Padron.Adapters.Extractions;
using Padron.Application.Extractions;
using Padron.Domain.Extractions;

namespace Padron.Integration.Tests.Extractions;

/// <summary>What holds for every format.</summary>
public sealed class ExtractionFileWriterTests : ExtractionFiles
{
    static readonly ExtractionFileLimits ZipAll = new() { PlainTextBytes = 0 };

    /// <summary>Format, and whether the text is zipped.</summary>
    public static TheoryData<ExtractionFormat, bool> Formats => new()
    {
        { ExtractionFormat.Xlsx, false },
        { ExtractionFormat.Txt, false },
        { ExtractionFormat.Txt, true },
    };

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task The_answer_describes_the_file_it_names(ExtractionFormat format, bool zipped)
    {
        var written = await WriteAsync("a", format, Three, zipped ? ZipAll : new());

        written.ShouldBe(new(written.Path, new FileInfo(written.Path).Length, Sha256(written.Path), 3));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task The_same_input_is_the_same_bytes_wherever_the_time_was_told(ExtractionFormat format, bool zipped)
    {
        var limits = zipped ? ZipAll : new();
        var first = await WriteAsync("a", format, Three, limits);
        var bytes = await File.ReadAllBytesAsync(first.Path);
        foreach (var name in FileNames)
            File.Delete(At(name));

        var inTokyo = Info with { RequestedAt = Info.RequestedAt.ToOffset(TimeSpan.FromHours(9)) };
        var again = await WriteAsync("a", format, Three, limits, inTokyo);

        (await File.ReadAllBytesAsync(again.Path)).ShouldBe(bytes);
        again.ShouldBe(first);
    }

    [Theory]
    [InlineData(ExtractionFormat.Xlsx, "a")]
    [InlineData(ExtractionFormat.Txt, "a")]
    [InlineData(ExtractionFormat.Txt, "a.json")]
    [InlineData(ExtractionFormat.Txt, "a.zip")]
    public async Task An_existing_file_is_refused_before_a_contact_is_read(ExtractionFormat format, string existing)
    {
        await File.WriteAllTextAsync(At(existing), "mine");
        var unread = Enumerable.Range(0, 1).Select(ExtractedContact (_) => throw new ShouldAssertException("A contact was read."));

        var refusal = await Should.ThrowAsync<IOException>(() => WriteAsync("a", format, unread));

        refusal.Message.ShouldBe($"'{At(existing)}' exists already, and an extraction never overwrites a file.");
        FileNames.ShouldBe([existing]);
        (await File.ReadAllTextAsync(At(existing))).ShouldBe("mine");
    }

    [Theory]
    [InlineData(ExtractionFormat.Xlsx)]
    [InlineData(ExtractionFormat.Txt)]
    public async Task A_file_that_appears_meanwhile_is_left_alone(ExtractionFormat format)
    {
        var contacts = Three.Select((contact, index) =>
        {
            if (index == 1)
                File.WriteAllText(At("a"), "mine");
            return contact;
        });

        await Should.ThrowAsync<IOException>(() => WriteAsync("a", format, contacts));

        FileNames.ShouldBe(["a"]);
        (await File.ReadAllTextAsync(At("a"))).ShouldBe("mine");
    }

    [Theory]
    [InlineData(ExtractionFormat.Xlsx)]
    [InlineData(ExtractionFormat.Txt)]
    public async Task Cancelled_half_way_leaves_nothing(ExtractionFormat format)
    {
        using var cancellation = new CancellationTokenSource();
        async IAsyncEnumerable<ExtractedContact> CancelledAfterOne([EnumeratorCancellation] CancellationToken ct = default)
        {
            yield return Three[0];
            FileNames.ShouldBe([$"a.{Info.ExtractionId:N}.partial"]); // half a file never has the final name
            await cancellation.CancelAsync();
            yield return Three[1];
        }

        await Should.ThrowAsync<OperationCanceledException>(
            () => new ExtractionFileWriter(new()).WriteAsync(At("a"), format, Info, CancelledAfterOne(), cancellation.Token));

        FileNames.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(ExtractionFormat.Xlsx)]
    [InlineData(ExtractionFormat.Txt)]
    public async Task A_source_that_fails_leaves_nothing(ExtractionFormat format)
    {
        var failing = Three.Append(null).Select(contact => contact ?? throw new TimeoutException("The database went away."));

        await Should.ThrowAsync<TimeoutException>(() => WriteAsync("a", format, failing));

        FileNames.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_a_killed_process_left_is_not_in_the_way()
    {
        await File.WriteAllTextAsync(At($"a.{Info.ExtractionId:N}.partial"), new string('x', 1000));

        await WriteAsync("a", ExtractionFormat.Txt, Three);

        FileNames.ShouldBe(["a", "a.json"]);
        new FileInfo(At("a")).Length.ShouldBe(39);
    }
}
