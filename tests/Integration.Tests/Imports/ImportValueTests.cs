using Padron.Application.Contacts;
using Padron.Application.Imports;
using Padron.Domain.Imports;
using Padron.Domain.Numbering;
using Padron.Integration.Tests.Fixture;

namespace Padron.Integration.Tests.Imports;

/// <summary>What stands in the columns of files that people, spreadsheets and other programs wrote.</summary>
public sealed class ImportValueTests : IAsyncLifetime, IDisposable
{
    readonly PadronDatabase database = new();
    readonly ContactFile file = new();

    [Theory]
    [InlineData(0L, true)]
    [InlineData(0.0, true)]
    [InlineData("0", true)]
    [InlineData(" 0.0 ", true)]
    [InlineData("N", true)]
    [InlineData("no", true)]
    [InlineData("F", true)]
    [InlineData("False", true)]
    [InlineData("falso", true)]
    [InlineData(1L, false)]
    [InlineData(1.0, false)]
    [InlineData("S", false)]
    [InlineData("VERDADERO", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public async Task The_source_calls_a_number_dead_in_many_ways(object? valid, bool invalid)
    {
        file.Add("5512345678", valid: valid);
        (await ReadAsync()).Command!.MarkedInvalid.ShouldBe(invalid);
    }

    [Theory]
    [InlineData("31/12/2023", "2023-12-31T00:00:00Z")]
    [InlineData("5/1/2024", "2024-01-05T00:00:00Z")]
    [InlineData("31/12/2023 23:59:58", "2023-12-31T23:59:58Z")]
    [InlineData("2023-12-31", "2023-12-31T00:00:00Z")]
    [InlineData(" 2023-12-31 23:59:58 ", "2023-12-31T23:59:58Z")]
    [InlineData("2023-12-31T23:59:58", "2023-12-31T23:59:58Z")]
    [InlineData("2023-12-31T23:59:58-06:00", "2024-01-01T05:59:58Z")]
    [InlineData("2023-12-31 23:59:58.123456", "2023-12-31T23:59:58.123456Z")]
    [InlineData("12/31/2023", null)]
    [InlineData("ayer", null)]
    [InlineData(45291L, null)]
    [InlineData(null, null)]
    public async Task Dates_are_read_day_first_or_as_ISO_and_what_is_none_is_left_out(object? date, string? expected)
    {
        file.Add("5512345678", date: date);
        (await ReadAsync()).Command!.Details.MigratedAt.ShouldBe(expected is null ? null : DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData(5512345678L)]
    [InlineData(5512345678.0)]
    [InlineData("5512345678")]
    [InlineData("5512345678.0")]
    [InlineData(525512345678L)]
    public async Task A_number_is_read_whatever_its_storage_class(object numero)
    {
        file.Add(numero);
        (await ReadAsync()).Command!.Phone.ShouldBe(PhoneNumber.Mexican(5512345678));
    }

    [Fact]
    public async Task A_number_is_read_from_a_blob()
    {
        file.Add("5512345678"u8.ToArray());
        (await ReadAsync()).Command!.Phone.ShouldBe(PhoneNumber.Mexican(5512345678));
    }

    [Fact]
    public async Task What_is_no_number_is_rejected_whatever_its_storage_class()
    {
        file.Add(null).Add(0L).Add(5.5).Add(new byte[] { 0xFF, 0x00, 0xFE }).Add(1e30).Add("5512345678\0otra");

        var result = await database.ImportAsync(file.Path);

        (await database.Get<ImportQueries>().RejectionsAsync(result.ImportId).ToListAsync()).Select(rejection => (rejection.SourceRow, rejection.Value)).ShouldBe(
            [(1, null), (2, "0"), (3, "5.5"), (4, "\uFFFD\uFFFD\uFFFD"), (5, "1E+30"), (6, "5512345678\uFFFDotra")]);
        result.Tally.RejectedTotal.ShouldBe(6);
    }

    [Fact]
    public async Task NUL_survives_in_no_column_and_stops_no_import()
    {
        const string Dirty = "JOSÉ\0 PÉ\0REZ\0";
        file.Add("55\01234\05678", name: Dirty, original: Dirty, address: Dirty, state: "JALIS\0CO", city: Dirty, municipality: Dirty, lada: "5\05", valid: "1\0", date: "2024\0");
        file.Add("letras\0", name: Dirty);

        var result = await database.ImportAsync(file.Path);
        await database.CatchUpAsync();

        (result.Tally.Imported, result.Tally.RejectedTotal).ShouldBe((1, 1));
        var contact = await ContactAsync(5512345678);
        foreach (var text in (string?[])[contact.FullName, contact.PhoneOriginal, contact.Address, contact.Neighborhood, contact.City, contact.Municipality])
            text.ShouldBe("JOSÉ PÉREZ");
    }

    [Fact]
    public async Task Broken_Unicode_stops_no_import()
    {
        // A cut UTF-8 sequence, a surrogate encoded by itself, a byte of Latin-1: in text and in blobs.
        foreach (var (row, broken) in ((string[])["4A4FC3", "4AEDA0804F", "4A4F53C920"]).Index())
        {
            file.Execute($"insert into numeros (numero, nombre, direccion, estado_cof) values ('551234567{row}', cast(x'{broken}' as text), x'{broken}', cast(x'{broken}' as text))");
            file.Execute($"insert into numeros (numero) values (cast(x'{broken}' as text)), (x'{broken}')");
        }

        var result = await database.ImportAsync(file.Path);
        await database.CatchUpAsync();

        (result.Tally.Imported, result.Tally.RejectedTotal).ShouldBe((3, 6));
        foreach (var row in Enumerable.Range(0, 3))
        {
            var contact = await ContactAsync(5512345670 + row);
            contact.FullName.ShouldNotBeNull().ShouldStartWith("J");
            contact.Address.ShouldBe(contact.FullName);
        }
    }

    [Theory]
    [InlineData("UTF-16le")]
    [InlineData("UTF-16be")]
    public async Task A_database_in_UTF16_is_read_with_its_lone_surrogates(string encoding)
    {
        using var utf16 = new ContactFile($"pragma encoding = '{encoding}'; {ContactFile.Numeros}");
        utf16.Add("5512345678", name: "MUÑOZ 🙂");
        var surrogate = encoding is "UTF-16le" ? "41003DD84200" : "0041D83D0042"; // A, half of an emoji, B
        utf16.Execute($"insert into numeros (numero, nombre) values ('5512345679', cast(x'{surrogate}' as text))");

        (await database.ImportAsync(utf16.Path)).Tally.Imported.ShouldBe(2);
        await database.CatchUpAsync();

        (await ContactAsync(5512345678)).FullName.ShouldBe("MUÑOZ 🙂");
        (await ContactAsync(5512345679)).FullName.ShouldNotBeNull().ShouldStartWith("A");
    }

    [Fact]
    public async Task Long_texts_are_taken_whole()
    {
        var name = string.Join(' ', Enumerable.Repeat("MUÑOZ", 20_000));
        file.Add("5512345678", name: name).Add(new string('9', 100_000));

        (await database.ImportAsync(file.Path)).Tally.RejectedTotal.ShouldBe(1);
        await database.CatchUpAsync();

        (await ContactAsync(5512345678)).FullName.ShouldBe(name);
    }

    [Fact]
    public async Task A_file_without_rows_is_an_import_of_nothing()
    {
        var result = await database.ImportAsync(file.Path);
        await database.CatchUpAsync();

        result.Tally.RowsRead.ShouldBe(0);
        (await database.HistoryAsync(result.ImportId)).ShouldBe([nameof(ImportStarted), nameof(ImportCompleted)]);
        (await database.Get<ImportQueries>().GetAsync(result.ImportId))!.Status.ShouldBe("COMPLETED");
    }

    public Task InitializeAsync() => database.InitializeAsync();

    public Task DisposeAsync() => database.DisposeAsync();

    public void Dispose() => file.Dispose();

    async Task<ReadRow> ReadAsync()
    {
        await using var source = database.Get<IContactSourceOpener>().Open(file.Path);
        var row = source.Read(ImportCheckpoint.BeforeFirstRow, 1).Single().Single();
        return new RowReading(NumberingPlan.Empty, planVersion: null, Guid.Empty, DateTimeOffset.UnixEpoch).Read(row);
    }

    async Task<ContactDocument> ContactAsync(long national) => (await database.Get<GetContact>().GetAsync(PhoneNumber.Mexican(national))).ShouldNotBeNull();
}
