using Padron.Adapters.Samples;

namespace Padron.Integration.Tests.Samples;

public sealed class SampleDirtTests : IDisposable
{
    const int Rows = 1_500;
    const string Texts = "(coalesce(nombre, '') || '|' || coalesce(direccion, '') || '|' || coalesce(municipio_cof, '') || '|' || coalesce(estado_cof, ''))";

    readonly SampleFolder sample = new();

    /// <summary>What a row with the dirt looks like, in SQL. Not exact where the same text may also be clean, or dirt in another way.</summary>
    static readonly (Dirt Kind, string Where, bool Exact)[] Looks =
    [
        (Dirt.OldDialling, "numero glob '[01]*'", true),
        (Dirt.CountryCode, "numero glob '52*' or numero glob '+52*' or numero glob '0052*'", true),
        (Dirt.LocalNumber, "length(replace(numero, '-', '')) = case when substr(lada, 1, 2) in ('33', '55', '56', '81') then 8 else 7 end", true),
        (Dirt.DecimalSuffix, "numero like '%.0'", true),
        (Dirt.ExactScientific, "numero glob '?.?????????E*9'", true),
        (Dirt.LeadingApostrophe, "numero like '''%'", true),
        (Dirt.Punctuation, "numero glob '*[ ().-]*'", true),
        (Dirt.Extension, "numero like '% ext%'", true),
        (Dirt.Duplicate, "exists (select from_earlier.id from numeros as from_earlier where from_earlier.numero = numeros.numero and from_earlier.id < numeros.id)", true),
        (Dirt.BlankNumber, "trim(coalesce(numero, '')) in ('', 'NULL', 'S/N', '.')", true),
        (Dirt.LetterForDigit, "numero glob '*[Ol]*'", true),
        (Dirt.TextAfterNumber, "numero like '% casa' or numero like '% OFICINA'", true),
        (Dirt.TwoNumbers, "numero glob '*[0-9]/[0-9]*' or numero glob '*[0-9] / [0-9]*'", true),
        (Dirt.LossyScientific, "numero glob '?.?????E+09'", true),
        (Dirt.PlaceholderNumber, "numero in ('0000000000', '1111111111', '1234567890')", true),
        (Dirt.ForeignNumber, "numero glob '+1 *'", true),
        (Dirt.NineDigits, "length(numero) = 9", true),
        (Dirt.LocalWithoutLada, "length(numero) in (7, 8) and coalesce(lada, '') in ('', '0', 'S/L')", true),
        (Dirt.ElevenDigits, "length(numero) = 11", true),
        (Dirt.UnknownLada, "numero glob '800*' or numero glob '52*'", true),
        (Dirt.NotValid, "es_valido in (0, '0', 'N', 'NO')", true),
        (Dirt.ValidityAsWord, "typeof(es_valido) <> 'integer'", true),
        (Dirt.LadaSlice, "length(lada) = 3 and substr(lada, 1, 2) in ('33', '55', '56', '81')", true),
        (Dirt.StateAlias, "estado_cof in ('DF', 'D.F.', 'EDOMEX', 'NVO LEON', 'N.L.', 'JAL')", false),
        (Dirt.PlaceElsewhere, "numero glob '55*' and estado_cof not like 'CIUDAD DE M%' and estado_cof not like 'ESTADO DE M%'", false),
        (Dirt.BlankPlace, "coalesce(municipio_cof, '') = '' and coalesce(estado_cof, '') = ''", true),
        (Dirt.BlankAddress, "trim(coalesce(direccion, '')) in ('', 'S/D') or trim(coalesce(colonia, '')) in ('', 'S/D')", true),
        (Dirt.Mojibake, $"instr({Texts}, 'Ã') or instr({Texts}, '?') or instr({Texts}, char(0xFFFD))", true),
        (Dirt.DecomposedAccents, $"instr({Texts}, char(0x301)) or instr({Texts}, char(0x303)) or instr({Texts}, char(0x308))", true),
        (Dirt.StraySpaces, $"{Texts} glob '* |*' or {Texts} glob '*  *' or {Texts} glob '*[' || char(9, 10, 160) || ']*' or {Texts} glob '* '", true),
        (Dirt.MissingName, "coalesce(nombre, '') in ('', 'SIN NOMBRE', 'S/N', 'NULL', 'N/A', '.', 'X')", true),
        (Dirt.CompanyName, "nombre like '%S.A.%' or nombre like '% DE R.L.%' or nombre like '% E HIJOS' or nombre like '% S.C.'", true),
        (Dirt.SwappedNameAddress, "nombre glob '*[0-9]*'", true),
        (Dirt.QuotesInText, $"{Texts} glob '*['';\"]*'", true),
        (Dirt.Formula, "nombre glob '[=+@]*'", true),
        (Dirt.SlashedDate, "fecha_migracion glob '[0-9][0-9]/[0-9][0-9]/[0-9][0-9][0-9][0-9]'", true),
    ];

    public static TheoryData<Dirt> Kinds => [.. Enum.GetValues<Dirt>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Each_kind_of_dirt_falls_where_it_is_asked_for_and_is_counted(Dirt kind)
    {
        // A duplicate needs rows to duplicate.
        var truth = await sample.WriteAsync(Rows, DirtRates.None.With(kind, kind is Dirt.Duplicate ? 0.9 : 1));

        var (_, where, exact) = Looks.Single(look => look.Kind == kind);
        var seen = sample.Count(where);
        seen.ShouldBeInRange(1, truth.Dirt[kind]);
        if (exact)
            seen.ShouldBe(truth.Dirt[kind]);
        truth.Dirt.Where(other => other.Value > 0).Select(other => other.Key).ShouldBe([kind]);
    }

    [Fact]
    public async Task A_file_without_dirt_has_none_of_any_kind()
    {
        var truth = await sample.WriteAsync(20_000, DirtRates.None);

        truth.Dirt.Values.Sum().ShouldBe(0);
        truth.Imported.ShouldBe(20_000);
        foreach (var (kind, where, _) in Looks.Where(look => look.Kind is not Dirt.Duplicate))
            sample.Count(where).ShouldBe(0, kind.ToString());
    }

    [Fact]
    public async Task Duplicates_have_the_number_of_an_earlier_row_and_another_name()
    {
        var truth = await sample.WriteAsync(Rows, DirtRates.None.With(Dirt.Duplicate, 0.5));

        sample.Rows("select count(distinct numero) from numeros")[0][0].ShouldBe(truth.Imported);
        truth.Duplicates.ShouldBe(Rows - truth.Imported);
        sample.Rows("select count(*) from numeros as a join numeros as b on b.numero = a.numero and b.id > a.id and b.nombre <> a.nombre")[0][0]
            .ShouldBeOfType<long>().ShouldBeGreaterThan(truth.Duplicates / 2);
    }

    [Fact]
    public async Task All_rates_can_be_scaled()
    {
        var half = DirtRates.Believable.ScaledBy(0.5);
        half[Dirt.LadaSlice].ShouldBe(DirtRates.Believable[Dirt.LadaSlice] / 2);
        (await sample.WriteAsync(Rows, DirtRates.Believable.ScaledBy(0))).Dirt.Values.Sum().ShouldBe(0);
    }

    [Fact]
    public void Rates_that_no_file_can_have_are_refused()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => DirtRates.None.With(Dirt.Formula, 1.1)).Message.ShouldContain("Formula");
        Should.Throw<ArgumentOutOfRangeException>(() => DirtRates.None.With(Dirt.Duplicate, double.NaN));
        Should.Throw<ArgumentOutOfRangeException>(() => DirtRates.None.With(Dirt.Duplicate, 0.6).With(Dirt.NineDigits, 0.6)).Message.ShouldContain("more than 1");
    }

    public void Dispose() => sample.Dispose();
}
