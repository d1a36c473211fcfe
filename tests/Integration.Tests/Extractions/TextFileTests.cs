using System.IO.Compression;
using System.Text;
using Padron.Domain.Extractions;
using Padron.Domain.Numbering;

namespace Padron.Integration.Tests.Extractions;

public sealed class TextFileTests : ExtractionFiles
{
    const string Numbers = "529991234567\n525500000001\n523312345678\n";

    const string Metadata = """
        {
          "extractionId": "0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
          "selection": "Ciudad: Mérida",
          "requested": 5,
          "obtained": 3,
          "requestedBy": "Ana Peña",
          "requestedAt": "2026-11-23T00:30:00+00:00",
          "contacts": 3
        }

        """;

    [Fact]
    public async Task A_number_a_line_and_the_metadata_beside_it()
    {
        var written = await WriteAsync("a.txt", ExtractionFormat.Txt, Three);

        (written.Path, written.Bytes, written.Contacts).ShouldBe((At("a.txt"), 39, 3));
        FileNames.ShouldBe(["a.txt", "a.txt.json"]);
        (await File.ReadAllBytesAsync(At("a.txt"))).ShouldBe(Encoding.ASCII.GetBytes(Numbers));
        (await File.ReadAllBytesAsync(At("a.txt.json"))).ShouldBe(Encoding.UTF8.GetBytes(Metadata));
    }

    [Fact]
    public async Task No_contact_is_an_empty_text()
    {
        (await WriteAsync("a.txt", ExtractionFormat.Txt, [])).Bytes.ShouldBe(0);
    }

    [Fact]
    public async Task A_large_text_is_zipped_with_its_metadata()
    {
        var written = await WriteAsync("a.txt", ExtractionFormat.Txt, Three, new() { PlainTextBytes = 38 });

        written.Path.ShouldBe(At("a.txt.zip"));
        FileNames.ShouldBe(["a.txt.zip"]);
        using var zip = ZipFile.OpenRead(written.Path);
        zip.Entries.Select(entry => entry.FullName).ShouldBe(["a.txt", "a.txt.json"]);
        Read(zip, "a.txt").ShouldBe(Numbers);
        Read(zip, "a.txt.json").ShouldBe(Metadata);
        zip.Entries.ShouldAllBe(entry => entry.LastWriteTime.DateTime == new DateTime(2026, 11, 22, 18, 30, 0));
    }

    [Fact]
    public async Task A_text_of_just_the_limit_is_not_zipped()
    {
        (await WriteAsync("a.txt", ExtractionFormat.Txt, Three, new() { PlainTextBytes = 39 })).Path.ShouldBe(At("a.txt"));
    }

    [Fact]
    public async Task A_number_that_is_not_Mexican_fails_the_file()
    {
        await Should.ThrowAsync<InvalidOperationException>(
            () => WriteAsync("a.txt", ExtractionFormat.Txt, [Three[0], Three[1] with { Phone = new PhoneNumber(12125550123) }]));
        FileNames.ShouldBeEmpty();
    }

    static string Read(ZipArchive zip, string name)
    {
        using var reader = new StreamReader(zip.GetEntry(name)!.Open(), Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
