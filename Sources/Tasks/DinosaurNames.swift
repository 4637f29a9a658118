// The names of dinosaurs, the text of the smallest character model: short lines with a style of their own.

import SequenceModels

/// The genera of Mesozoic dinosaurs other than birds, as a character model reads them: lower case, a to z only.
///
/// A model that learns them makes up names that none of them is. Some genera rest on little (a tooth, a tail bone) and
/// some are counted to another by a later author; each was published as a dinosaur under the name given here.
public enum DinosaurNames {
  /// Every name once, in alphabetical order.
  public static let all: [String] = listing.split(whereSeparator: \.isWhitespace).map(String.init)

  /// One name a line, each ended by a newline, the character with which a model learns to end a name.
  public static let text: String = all.map { $0 + "\n" }.joined()

  private static let listing = """
    aardonyx abelisaurus abrictosaurus abrosaurus abydosaurus acantholipan acanthopholis achelousaurus acheroraptor
    achillobator acristavus acrocanthosaurus acrotholus adamantisaurus adasaurus adelolophus adeopapposaurus adratiklit
    adynomosaurus aegyptosaurus aeolosaurus aepyornithomimus aerosteon afromimus afrovenator agathaumas agilisaurus
    agujaceratops agustinia ahshislepelta ajnabia akainacephalus alamosaurus alaskacephale albalophosaurus
    albertaceratops albertadromeus albertavenator albertonykus albertosaurus albinykus alectrosaurus aletopelta
    algoasaurus alioramus allosaurus almas alnashetri alocodon altirhinus altispinax alvarezsaurus alwalkeria
    alxasaurus amanzia amargasaurus amargatitanis amazonsaurus ambopteryx ampelosaurus amphicoelias amtocephale
    amurosaurus amygdalodon anabisetia analong anasazisaurus anchiceratops anchiornis anchisaurus andesaurus angaturama
    angolatitan angulomastacator anhuilong aniksosaurus animantarx ankylosaurus anodontosaurus anomalipes anoplosaurus
    anserimimus antarctopelta antarctosaurus antetonitrus antrodemus anzu aoniraptor aorun apatoraptor apatosaurus
    appalachiosaurus aquilarhinus aquilops arackar aragosaurus aralosaurus aratasaurus archaeoceratops
    archaeodontosaurus archaeornithoides archaeornithomimus arcovenator arcusaurus arenysaurus argentinosaurus
    argyrosaurus aristosuchus arkansaurus arkharavia arrhinoceratops arrudatitan arstanosaurus asfaltovenator
    asiaceratops asiatosaurus astrodon astrophocaudia asylosaurus atacamatitan atlantosaurus atlasaurus
    atlascopcosaurus atrociraptor atsinganosaurus aublysodon aucasaurus augustynolophus auroraceratops australodocus
    australotitan australovenator austrocheirus austroposeidon austroraptor austrosaurus avaceratops aviatyrannis
    avimimus
    bactrosaurus bagaceratops bagaraatan bahariasaurus bainoceratops bajadasaurus bambiraptor banji bannykus
    baotianmansaurus barapasaurus barilium barosaurus barrosasaurus barsboldia baryonyx bashanosaurus batyrosaurus
    baurutitan bayannurosaurus beibeilong beipiaosaurus beishanlong bellusaurus berberosaurus berthasaura betasuchus
    bicentenaria bissektipelta bistahieversor blasisaurus blikanasaurus bolong bonapartenykus bonapartesaurus bonatitan
    bonitasaura borealopelta borealosaurus boreonykus borogovia bothriospondylus brachiosaurus brachyceratops
    brachylophosaurus brachypodosaurus brachytrachelopan bradycneme brasilotitan bravasaurus bravoceratops
    breviceratops brighstoneus brontomerus brontosaurus bruhathkayosaurus buitreraptor burianosaurus buriolestes
    bustingorrytitan byronosaurus
    caenagnathasia caenagnathus caieiria calamosaurus calamospondylus calvarius camarasaurus camarillasaurus camelotia
    camposaurus camptosaurus canardia carcharodontosaurus cardiodon carnotaurus caseosaurus cathartesaura cathetosaurus
    caudipteryx cedarosaurus cedarpelta cedrorestes centrosaurus cerasinops ceratonykus ceratosaurus ceratosuchops
    cetiosauriscus cetiosaurus changchunsaurus changmiania changyuraptor chaoyangsaurus charonosaurus chasmosaurus
    chebsaurus chenanisaurus chialingosaurus chilantaisaurus chilesaurus chindesaurus chingkankousaurus
    chinshakiangosaurus chirostenotes choconsaurus chondrosteosaurus chromogisaurus chuandongocoelurus chuanjiesaurus
    chuanqilong chubutisaurus chucarosaurus chungkingosaurus cionodon citipati citipes claosaurus coahuilaceratops
    coelophysis coelurus colepiocephale coloradisaurus comahuesaurus compsognathus compsosuchus comptonatus
    concavenator conchoraptor condorraptor convolosaurus coronosaurus corythoraptor corythosaurus craspedodon
    craterosaurus crichtonpelta crichtonsaurus cristatusaurus crittendenceratops cruxicheiros cryolophosaurus
    cryptosaurus cumnoria
    daanosaurus dacentrurus daemonosaurus dahalokely dakotadon dakotaraptor daliansaurus darwinsaurus daspletosaurus
    datanglong datonglong datousaurus daurlong daxiatitan deinocheirus deinodon deinonychus delapparentia deltadromeus
    demandasaurus denversaurus diabloceratops diamantinasaurus diclonius dicraeosaurus dilong dilophosaurus
    diluvicursor dineobellator dinheirosaurus dinodocus diplodocus diplotomodon diuqin dolichosuchus dollodon
    dongbeititan dongyangopelta dongyangosaurus draconyx dracopelta dracoraptor dracorex dracovenator dravidosaurus
    dreadnoughtus drinker dromaeosauroides dromaeosaurus dromiceiomimus drusilasaura dryosaurus dryptosauroides
    dryptosaurus dubreuillosaurus duriatitan duriavenator dynamoterror dyoplosaurus dysalotosaurus dysganus
    dyslocosaurus dystrophaeus dzharaonyx dzharatitanis
    echinodon edmarka edmontonia edmontosaurus efraasia einiosaurus ekrixinatosaurus elaltitan elaphrosaurus elemgasem
    elmisaurus elopteryx elrhazosaurus emausaurus embasaurus enigmosaurus eoabelisaurus eocarcharia eocursor eodromaeus
    eolambia eomamenchisaurus eoraptor eosinopteryx eotrachodon eotriceratops eotyrannus eousdryosaurus epachthosaurus
    epanterias epichirostenotes epidexipteryx equijubus erectopus erketu erliansaurus erlikosaurus erythrovenator
    eshanosaurus eucamerotus eucercosaurus eucnemesaurus euhelopus euoplocephalus euronychodon europasaurus europatitan
    europelta euskelosaurus eustreptospondylus
    fabrosaurus falcarius ferganasaurus ferganocephale ferrisaurus fona foraminacephale fosterovenator fostoria
    fruitadens fukuiraptor fukuisaurus fukuititan fukuivenator furcatoceratops fusuisaurus futalognkosaurus fylax
    galeamopus galleonosaurus gallimimus galveosaurus gandititan gannansaurus ganzhousaurus gargoyleosaurus
    garrigatitan garudimimus garumbatitan gasosaurus gasparinisaura gastonia geminiraptor genusaurus genyodectes
    geranosaurus gideonmantellia giganotosaurus gigantoraptor gigantspinosaurus gilmoreosaurus giraffatitan
    glacialisaurus glishades glyptodontopelta gnathovorax gobihadros gobiraptor gobisaurus gobititan gobivenator
    gojirasaurus gondwanatitan gongbusaurus gongpoquansaurus gongxianosaurus gonkoken gorgosaurus goyocephale
    graciliceratops graciliraptor gravitholus gryphoceratops gryponyx gryposaurus guaibasaurus gualicho guanlong
    guemesia gyposaurus
    hadrosaurus haestasaurus hagryphus halszkaraptor hamititan hanssuesia haplocanthosaurus haplocheirus harpymimus
    haya heishansaurus helioceratops heptasteornis herbstosaurus herrerasaurus hesperonychus hesperonyx
    hesperornithoides hesperosaurus heterodontosaurus hexing hexinlusaurus heyuannia hierosaurus hippodraco
    homalocephale hoplitosaurus horshamosaurus hortalotarsus huabeisaurus hualianceratops huallasaurus huanansaurus
    huanghetitan huangshanlong huaxiagnathus huayangosaurus hudiesaurus huehuecanauhtlus huinculsaurus hulsanpes
    hungarosaurus hylaeosaurus hypacrosaurus hypnovenator hypselosaurus hypselospinus hypsibema hypsilophodon
    hypsirophus
    iani iberospinus ibirania ichthyovenator igai ignavusaurus iguanacolossus iguanodon iliosuchus ilokelesia
    incisivosaurus indosaurus indosuchus ingentia inosaurus irisosaurus irritator isaberrysaura isanosaurus isasicursor
    ischioceratops ischyrosaurus isisaurus issi itapeuasaurus itemirus iuticosaurus iyuku
    jaculinykus jainosaurus jakapil jaklapallisaurus janenschia jaxartosaurus jeholosaurus jeyawati jianchangosaurus
    jiangjunosaurus jiangshanosaurus jiangxisaurus jiangxititan jianianhualong jinbeisaurus jinfengopteryx
    jingshanosaurus jintasaurus jinyunpelta jinzhousaurus jiutaisaurus jobaria jubbulpuria judiceratops juratyrant
    juravenator
    kaatedocus kaijutitan kakuru kamuysaurus kangnasaurus kansaignathus karongasaurus kataigidodon katepensaurus
    kayentavenator kazaklambia kelmayisaurus kelumapusaura kentrosaurus kerberosaurus khaan kholumolumo khulsanurus
    kileskus kinnareemimus klamelisaurus kol koleken koparion koreaceratops koreanosaurus koshisaurus kosmoceratops
    kotasaurus koutalisaurus kritosaurus kryptops kukufeldia kulceratops kulindadromeus kunbarrasaurus kundurosaurus
    kuru kurupi
    labocania labrosaurus laevisuchus lajasvenator lamaceratops lambeosaurus lametasaurus lamplughsaura lanzhousaurus
    laosaurus lapampasaurus laplatasaurus lapparentosaurus laquintasaura latenivenatrix latirhinus lavocatisaurus
    leaellynasaura ledumahadi leinkupal leonerasaurus lepidus leptoceratops leshansaurus lesothosaurus lessemsaurus
    levnesovia lexovisaurus leyesaurus liaoceratops liaoningosaurus liaoningotitan liaoningvenator ligabueino
    ligabuesaurus liliensternus limaysaurus limusaurus lingwulong lingyuanosaurus linhenykus linheraptor linhevenator
    lirainosaurus llukalkan lohuecotitan lokiceratops loncosaurus lophorhothon lophostropheus loricatosaurus
    loricosaurus losillasaurus lourinhanosaurus lourinhasaurus luanchuanraptor lucianovenator lufengosaurus lurdusaurus
    lusotitan lusovenator lycorhinus lythronax
    machairasaurus machairoceratops macrocollum macrogryphosaurus macrurosaurus magnapaulia magnosaurus magyarosaurus
    mahakala mahuidacursor maiasaura maip majungasaurus malarguesaurus malawisaurus maleevus malefica mamenchisaurus
    mandschurosaurus manidens mansourasaurus mantellisaurus mapusaurus maraapunisaurus marmarospondylus marshosaurus
    martharaptor masiakasaurus massospondylus matheronodon maxakalisaurus mbiresaurus medusaceratops megalosaurus
    megapnosaurus megaraptor mei melanorosaurus mendozasaurus menefeeceratops menucocelsior meraxes mercuriceratops
    meroktenos metriacanthosaurus microceratus microcoelus microhadrosaurus micropachycephalosaurus microraptor
    microvenator mierasaurus minimocursor minmi minotaurasaurus minqaria miragaia mirischia mnyamawamtuka moabosaurus
    mochlodon mojoceratops mongolosaurus mongolostegus monkonosaurus monoclonius monolophosaurus mononykus
    montanoceratops morelladon morinosaurus moros mosaiceratops murusraptor musankwa mussaurus muttaburrasaurus
    muyelensaurus mymoorapelta
    naashoibitosaurus nambalia nankangia nanningosaurus nanosaurus nanotyrannus nanshiungosaurus nanuqsaurus
    nanyangosaurus napaisaurus narambuenatitan narindasaurus nasutoceratops natovenator navajoceratops nebulasaurus
    nedcolbertia nedoceratops neimongosaurus nemegtomaia nemegtonykus nemegtosaurus neosodon neovenator neuquenraptor
    neuquensaurus nevadadromeus ngwevu nhandumirim niebla nigersaurus ningyuansaurus ninjatitan niobrarasaurus
    nipponosaurus noasaurus nodocephalosaurus nodosaurus nomingia nopcsaspondylus normanniasaurus notatesseraeraptor
    nothronychus notoceratops notocolossus notohypsilophodon nqwebasaurus nullotitan nuthetes
    oblitosaurus oceanotitan ohmdenosaurus ojoceratops ojoraptorsaurus oksoko olorotitan omeisaurus ondogurvel
    oohkotokia opisthocoelicaudia oplosaurus orkoraptor ornatops ornatotholus ornitholestes ornithomimoides
    ornithomimus ornithopsis ornithotarsus orodromeus orthogoniosaurus orthomerus oryctodromeus osmakasaurus
    ostafrikasaurus ostromia othnielosaurus otogosaurus ouranosaurus overoraptor overosaurus oviraptor owenodon oxalaia
    ozraptor
    pachycephalosaurus pachyrhinosaurus palaeoscincus paludititan paluxysaurus pampadromaeus pamparaptor
    panamericansaurus pandoravenator panguraptor panoplosaurus panphagia pantydraco papiliovenator
    paralitherizinosaurus paralititan paranthodon pararhabdodon parasaurolophus paraxenisaurus pareisactus parksosaurus
    paronychodon parrosaurus parvicursor patagonykus patagopelta patagosaurus patagotitan pawpawsaurus pectinodon
    pedopenna pegomastax peishansaurus pelecanimimus pellegrinisaurus peloroplites pelorosaurus pendraig
    penelopognathus pentaceratops perijasaurus petrobrasaurus phaedrolosaurus philovenator phuwiangosaurus
    phuwiangvenator phyllodon piatnitzkysaurus pilmatueia pinacosaurus pisanosaurus pitekunsaurus piveteausaurus
    planicoxa plateosauravus plateosaurus platypelta platytholus plesiohadros pleurocoelus pneumatoraptor podokesaurus
    poekilopleuron polacanthoides polacanthus polyonax portellsaurus powellvenator pradhania prenocephale prenoceratops
    priconodon priodontognathus proa probactrosaurus probrachylophosaurus proceratosaurus procompsognathus prodeinodon
    propanoplosaurus prosaurolophus protarchaeopteryx protathlitis protoceratops protognathosaurus protohadros
    psittacosaurus pteropelyx ptychotherates puertasaurus pukyongosaurus pulanesaura punatitan pycnonemosaurus
    pyroraptor
    qantassaurus qianlong qianzhousaurus qiaowanlong qijianglong qingxiusaurus qinlingosaurus qiupalong qiupanykus
    quaesitosaurus quetecsaurus quilmesaurus qunkasaura
    rahiolisaurus rapator rapetosaurus raptorex ratchasimasaurus rativates rayososaurus rebbachisaurus regaliceratops
    regnosaurus rhabdodon rhinorex rhoetosaurus rhomaleopakhus riabininohadros richardoestesia rinchenia rinconsaurus
    riojasaurus riparovenator rocasaurus rubeosaurus ruehleia rugocaudia rugops ruixinia ruyangosaurus
    sahaliyania saichania saltasaurus saltriovenator sanjuansaurus sanpasaurus santanaraptor sanxiasaurus sarahsaurus
    sarcolestes sarcosaurus sarmientosaurus saturnalia saurolophus sauroniops sauropelta saurophaganax sauroplites
    sauroposeidon saurornithoides saurornitholestes savannasaurus scansoriopteryx scelidosaurus schleitheimia scipionyx
    sciurumimus scolosaurus scutellosaurus secernosaurus sefapanosaurus segisaurus segnosaurus seitaad sektensaurus
    serendipaceratops serikornis shamosaurus shanag shantungosaurus shanxia shanyangosaurus shaochilong shenzhousaurus
    shidaisaurus shingopana shishugounykus shixinggia shri shuangbaisaurus shuangmiaosaurus shunosaurus shuvuuia
    siamodon siamosaurus siamotyrannus siamraptor siats sierraceratops sigilmassasaurus silutitan silvisaurus
    similicaudipteryx sinankylosaurus sinocalliopteryx sinocephale sinoceratops sinocoelurus sinornithoides
    sinornithomimus sinornithosaurus sinosauropteryx sinosaurus sinotyrannus sinovenator sinraptor sinusonasus
    sirindhorna skorpiovenator smitanosaurus sonidosaurus sonorasaurus soriatitan spectrovenator sphaerotholus
    spiclypeus spicomellus spinophorosaurus spinops spinosaurus spinostropheus staurikosaurus stegoceras stegopelta
    stegosaurides stegosaurus stegouros stellasaurus stenonychosaurus stenopelix stokesosaurus stormbergia
    streptospondylus struthiomimus struthiosaurus stygimoloch styracosaurus suchomimus supersaurus suskityrannus
    suuwassea suzhousaurus symphyrophus szechuanosaurus
    tachiraptor talarurus talenkauen talos tamarro tambatitanis tangvayosaurus tanius tanycolagreus taohelong
    tapuiasaurus tarascosaurus tarbosaurus tarchia tastavinsaurus tatankacephalus tatankaceratops tataouinea tatisaurus
    taurovenator taveirosaurus tawa tazoudasaurus tehuelchesaurus teihivenator teinurosaurus telmatosaurus tendaguria
    tengrisaurus tenontosaurus teratophoneus terminocavus tethyshadros texacephale texasetes thanatotheristes thanos
    tharosaurus thecocoelurus thecodontosaurus theiophytalia therizinosaurus thescelosaurus thespesius tianchisaurus
    tianyulong tianyuraptor tianzhenosaurus tichosteus tienshanosaurus timimus timurlengia titanoceratops titanosaurus
    tlatolophus tochisaurus tonganosaurus tongtianlong tornieria torosaurus torvosaurus tototlmimus trachodon
    tralkasaurus transylvanosaurus tratayenia traukutitan triceratops trierarchuncus trigonosaurus trimucrodon
    trinisaura triunfosaurus troodon tsaagan tsagantegia tsintaosaurus tuebingosaurus tugulusaurus tuojiangosaurus
    turanoceratops turiasaurus tylocephale tyrannomimus tyrannosaurus tyrannotitan
    uberabatitan udanoceratops ultrasaurus ulughbegsaurus unaysaurus unenlagia unescoceratops unquillosaurus urbacodon
    utahceratops utahraptor uteodon
    vagaceratops vahiny valdoraptor valdosaurus vallibonavenatrix variraptor vayuraptor vectaerovenator vectidromeus
    vectipelta vectiraptor velafrons velociraptor velocisaurus venenosaurus vespersaurus veterupristisaurus viavenator
    volkheimeria vouivria vulcanodon
    wakinosaurus walgettosuchus wamweracaudia wannanosaurus weewarrasaurus wendiceratops wiehenvenator willinakaqe
    wintonotitan wuerhosaurus wulagasaurus wulatelong wulong
    xenoceratops xenoposeidon xenotarsosaurus xianshanosaurus xiaosaurus xiaotingia xingtianosaurus xingxiulong
    xinjiangovenator xinjiangtitan xiongguanlong xixianykus xixiasaurus xixiposaurus xiyunykus xuanhanosaurus
    xuanhuaceratops xunmenglong xuwulong
    yamaceratops yamanasaurus yamatosaurus yandusaurus yangchuanosaurus yaverlandia yehuecauhceratops yi yimenosaurus
    yingshanosaurus yinlong yixianosaurus yizhousaurus yongjinglong ypupiara yuanmousaurus yueosaurus yulong
    yunganglong yunmenglong yunnanosaurus yunyangosaurus yurgovuchia yutyrannus yuxisaurus yuzhoulong
    zalmoxes zanabazar zapalasaurus zapsalis zaraapelta zby zephyrosaurus zhanghenglong zhejiangosaurus zhenyuanlong
    zhongjianosaurus zhuchengceratops zhuchengtitan zhuchengtyrannus ziapelta zigongosaurus zizhongosaurus zuniceratops
    zuolong zuoyunlong zupaysaurus zuul
    """
}
